using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MixPrec.Plan;
using Location = MixPrec.Plan.PlanArgument.Location;

namespace MixPrec.Compiler.Lowering.Packing;

/// <summary>Collects the constants of a plan: each 64-byte aligned, equal ones stored once.</summary>
internal sealed class WeightsBuilder
{
    private const int Alignment = 64;

    private readonly MemoryStream _bytes = new();
    private readonly Dictionary<string, long> _known = [];

    public Location Add<T>(ElementType type, ReadOnlySpan<T> elements) where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(elements);
        string key = Convert.ToHexString(SHA256.HashData(bytes)) + bytes.Length;
        if (!_known.TryGetValue(key, out long offset))
        {
            offset = _known[key] = _bytes.Length;
            _bytes.Write(bytes);
            _bytes.Write(new byte[(Alignment - (_bytes.Length % Alignment)) % Alignment]);
        }

        return new Location(type, Place.Constant, 0, offset);
    }

    /// <summary>Elements followed by zeros up to a multiple of <paramref name="multiple"/>.</summary>
    public Location AddPadded<T>(ElementType type, ReadOnlySpan<T> elements, int multiple) where T : unmanaged
    {
        var padded = new T[(elements.Length + multiple - 1) / multiple * multiple];
        elements.CopyTo(padded);
        return Add<T>(type, padded);
    }

    public byte[] ToArray() => _bytes.ToArray();
}

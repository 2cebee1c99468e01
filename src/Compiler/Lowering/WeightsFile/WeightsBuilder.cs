using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MixPrec.Compiler.Formats.Packing;
using MixPrec.Diagnostics;
using MixPrec.Plan;
using MixPrec.Runtime;
using Location = MixPrec.Plan.PlanArgument.Location;

namespace MixPrec.Compiler.Lowering.WeightsFile;

/// <summary>
/// Writes the constants of a plan to a weights file as they come: each 64-byte aligned, equal ones stored once. Of those written only
/// hashes are kept.
/// </summary>
/// <param name="file">Empty and seekable.</param>
/// <param name="most">Bytes that the file may have.</param>
internal sealed class WeightsBuilder(Stream file, long most = long.MaxValue)
{
    private const int Alignment = 64;

    private readonly ModelWeightsWriter _file = new(file);
    private readonly IncrementalHash _content = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Dictionary<string, long> _known = [];

    /// <summary>Bytes of data so far.</summary>
    public long Length => _file.Length;

    /// <summary>SHA-256 of the data so far, 64 lower-case hexadecimal digits.</summary>
    public string Hash => Convert.ToHexStringLower(_content.GetCurrentHash());

    /// <exception cref="MixPrecException">MXP4005: the file would become too large.</exception>
    public Location Add(WeightArray array) => Add(array.Type, array.Bytes);

    /// <inheritdoc cref="Add(WeightArray)"/>
    public Location Add<T>(ElementType type, ReadOnlySpan<T> elements) where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(elements);
        string key = Convert.ToHexString(SHA256.HashData(bytes)) + bytes.Length;
        if (!_known.TryGetValue(key, out long offset))
        {
            offset = _known[key] = Length;
            Append(bytes);
            Append(new byte[(Alignment - (Length % Alignment)) % Alignment]);
        }

        return new Location(type, Place.Constant, 0, offset);
    }

    /// <summary>Ends the file: it now belongs to the plan of the hash given.</summary>
    public void Complete(string planHash) => _file.Complete(planHash);

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (Length > most - bytes.Length)
        {
            throw new MixPrecException(DiagnosticCatalog.WeightsTooLarge, null, most);
        }

        _file.Append(bytes);
        _content.AppendData(bytes);
    }
}

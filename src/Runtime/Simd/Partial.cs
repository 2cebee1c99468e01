using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MixPrec.Runtime.Simd;

/// <summary>Loads and stores of the first n ≤ 16 bytes of a register that touch no byte beyond.</summary>
internal static unsafe class Partial
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> LoadBytes(byte* source, int n) => n switch
    {
        16 => Vector128.Load(source),
        8 => Vector128.CreateScalar(Unsafe.ReadUnaligned<ulong>(source)).AsByte(),
        4 => Vector128.CreateScalar(Unsafe.ReadUnaligned<uint>(source)).AsByte(),
        _ => LoadSome(source, n),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(Vector128<byte> value, byte* target, int n)
    {
        switch (n)
        {
            case 16:
                value.Store(target);
                break;
            case 8:
                Unsafe.WriteUnaligned(target, value.AsUInt64().ToScalar());
                break;
            case 4:
                Unsafe.WriteUnaligned(target, value.AsUInt32().ToScalar());
                break;
            default:
                StoreSome(value, target, n);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector128<byte> LoadSome(byte* source, int n)
    {
        var bytes = Vector128<byte>.Zero;
        Unsafe.CopyBlockUnaligned(&bytes, source, (uint)n);
        return bytes;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StoreSome(Vector128<byte> value, byte* target, int n) => Unsafe.CopyBlockUnaligned(target, &value, (uint)n);
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MixPrec.Runtime.Simd;

/// <summary>8 lanes in one 128-bit register.</summary>
internal readonly unsafe struct I16x8(Vector128<short> lanes) : IVectorI16<I16x8>
{
    private readonly Vector128<short> lanes = lanes;

    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I16x8 LoadBytes(byte* source) =>
        new(Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(source)).AsByte()).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadPairs(sbyte* source, out I16x8 first, out I16x8 last)
    {
        // Bytes 0 and 2 of each group, and bytes 1 and 3, widened.
        var words = Vector128.Load((short*)source);
        Vector128<int> even = ((words << 8) >> 8).AsInt32(), odd = (words >> 8).AsInt32(), low = Vector128.Create(0xFFFF);
        first = new(((even & low) | (odd << 16)).AsInt16());
        last = new(((even >>> 16) | (odd & ~low)).AsInt16());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I16x8 Load(short* source) => new(Vector128.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(I16x8 value, short* target) => value.lanes.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I16x8 operator +(I16x8 left, I16x8 right) => new(left.lanes + right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I16x8 operator -(I16x8 left, I16x8 right) => new(left.lanes - right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I16x8 operator <<(I16x8 value, int bits) => new(value.lanes << bits);
}

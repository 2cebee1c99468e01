using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MixPrec.Runtime.Simd;

/// <summary>16 lanes in one 256-bit register.</summary>
internal readonly unsafe struct I16x16(Vector256<short> lanes) : IVectorI16<I16x16>
{
    private readonly Vector256<short> lanes = lanes;

    public static int Count => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I16x16 LoadBytes(byte* source) => new(Avx2.ConvertToVector256Int16(Vector128.Load(source)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadPairs(sbyte* source, out I16x16 first, out I16x16 last)
    {
        // Bytes 0 and 2 of each group, and bytes 1 and 3, widened.
        var words = Vector256.Load((short*)source);
        Vector256<int> even = ((words << 8) >> 8).AsInt32(), odd = (words >> 8).AsInt32(), low = Vector256.Create(0xFFFF);
        first = new(((even & low) | (odd << 16)).AsInt16());
        last = new(((even >>> 16) | (odd & ~low)).AsInt16());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I16x16 Load(short* source) => new(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(I16x16 value, short* target) => value.lanes.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I16x16 operator +(I16x16 left, I16x16 right) => new(left.lanes + right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I16x16 operator -(I16x16 left, I16x16 right) => new(left.lanes - right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I16x16 operator <<(I16x16 value, int bits) => new(value.lanes << bits);
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MixPrec.Runtime.Simd;

/// <summary>32 lanes in one 512-bit register.</summary>
internal readonly unsafe struct I16x32(Vector512<short> lanes) : IVectorI16<I16x32>
{
    private readonly Vector512<short> lanes = lanes;

    public static int Count => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I16x32 LoadBytes(byte* source) => new(Avx512BW.ConvertToVector512Int16(Vector256.Load(source)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadPairs(sbyte* source, out I16x32 first, out I16x32 last)
    {
        // Bytes 0 and 2 of each group, and bytes 1 and 3, widened.
        var words = Vector512.Load((short*)source);
        Vector512<int> even = ((words << 8) >> 8).AsInt32(), odd = (words >> 8).AsInt32(), low = Vector512.Create(0xFFFF);
        first = new(((even & low) | (odd << 16)).AsInt16());
        last = new(((even >>> 16) | (odd & ~low)).AsInt16());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I16x32 Load(short* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(I16x32 value, short* target) => value.lanes.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I16x32 operator +(I16x32 left, I16x32 right) => new(left.lanes + right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I16x32 operator -(I16x32 left, I16x32 right) => new(left.lanes - right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I16x32 operator <<(I16x32 value, int bits) => new(value.lanes << bits);
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MixPrec.Runtime.Simd;

/// <summary>16 lanes in one 512-bit register.</summary>
internal readonly unsafe struct I32x16(Vector512<int> lanes) : IVectorI32<I32x16>
{
    private readonly Vector512<int> lanes = lanes;

    public static int Count => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I32x16 Load(int* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(I32x16 value, int* target) => value.lanes.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I32x16 operator +(I32x16 left, I32x16 right) => new(left.lanes + right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I32x16 operator -(I32x16 left, I32x16 right) => new(left.lanes - right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I32x16 operator *(I32x16 value, int factor) => new(value.lanes * factor);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I32x16 operator <<(I32x16 value, int bits) => new(value.lanes << bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I32x16 operator >>(I32x16 value, int bits) => new(value.lanes >> bits);
}

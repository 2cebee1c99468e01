using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MixPrec.Runtime.Simd;

/// <summary>8 lanes in one 256-bit register.</summary>
internal readonly unsafe struct I32x8(Vector256<int> lanes) : IVectorI32<I32x8>
{
    private readonly Vector256<int> lanes = lanes;

    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I32x8 Load(int* source) => new(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(I32x8 value, int* target) => value.lanes.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I32x8 operator +(I32x8 left, I32x8 right) => new(left.lanes + right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I32x8 operator -(I32x8 left, I32x8 right) => new(left.lanes - right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I32x8 operator *(I32x8 value, int factor) => new(value.lanes * factor);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I32x8 operator <<(I32x8 value, int bits) => new(value.lanes << bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I32x8 operator >>(I32x8 value, int bits) => new(value.lanes >> bits);
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MixPrec.Runtime.Simd;

/// <summary>4 lanes in one 128-bit register.</summary>
internal readonly unsafe struct I32x4(Vector128<int> lanes) : IVectorI32<I32x4>
{
    private readonly Vector128<int> lanes = lanes;

    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I32x4 Load(int* source) => new(Vector128.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(I32x4 value, int* target) => value.lanes.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I32x4 operator +(I32x4 left, I32x4 right) => new(left.lanes + right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I32x4 operator -(I32x4 left, I32x4 right) => new(left.lanes - right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I32x4 operator *(I32x4 value, int factor) => new(value.lanes * factor);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I32x4 operator <<(I32x4 value, int bits) => new(value.lanes << bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I32x4 operator >>(I32x4 value, int bits) => new(value.lanes >> bits);
}

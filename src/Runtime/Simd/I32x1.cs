using System.Runtime.CompilerServices;

namespace MixPrec.Runtime.Simd;

/// <summary>One lane, without vector registers.</summary>
internal readonly unsafe struct I32x1(int lane) : IVectorI32<I32x1>
{
    private readonly int lane = lane;

    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I32x1 Load(int* source) => new(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(I32x1 value, int* target) => *target = value.lane;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I32x1 operator +(I32x1 left, I32x1 right) => new(left.lane + right.lane);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I32x1 operator -(I32x1 left, I32x1 right) => new(left.lane - right.lane);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I32x1 operator *(I32x1 value, int factor) => new(value.lane * factor);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I32x1 operator <<(I32x1 value, int bits) => new(value.lane << bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static I32x1 operator >>(I32x1 value, int bits) => new(value.lane >> bits);
}

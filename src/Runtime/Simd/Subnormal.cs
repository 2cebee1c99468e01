using System.Runtime.CompilerServices;

namespace MixPrec.Runtime.Simd;

/// <summary>
/// Numbers too small for a full significand, 0 &lt; |x| &lt; 2⁻¹²⁶. Many processors compute with them by microcode, 9 to 28 times as long.
/// </summary>
internal static class Subnormal
{
    public const float SmallestNormal = 1.17549435e-38f;

    /// <summary>The lanes, those that are subnormal as zeros of their sign; every other lane keeps its bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V ToZero<V>(V x)
        where V : struct, IVectorF32<V> =>
        V.Select(V.LessThan(V.Abs(x), V.Broadcast(SmallestNormal)), V.And(x, V.Broadcast(-0f)), x);
}

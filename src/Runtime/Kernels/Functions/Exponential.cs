using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>eˣ and eˣ - 1 from fused multiply-adds only, so that every width and machine gives the same bits.</summary>
/// <remarks>
/// x = n·ln 2 + r with integral n and |r| ≤ ln 2 / 2 + rounding; eˣ = 2ⁿ·(1 + p), p = eʳ - 1 by its Taylor polynomial of degree 7
/// (the first term left out, r⁸/8!, is below 6e-9). ln 2 is subtracted in two parts of which the first has 9 trailing zero bits, so n·high
/// is exact.
/// </remarks>
internal static class Exponential
{
    private const float Log2E = 1.44269504f;
    private const float Ln2High = 0.693145752f;
    private const float Ln2Low = 1.42860677e-6f;

    /// <summary>ln 2⁻¹²⁶, the smallest normal number.</summary>
    private const float Vanishing = -87.33654f;

    /// <summary>eˣ within 2 units in the last place, 0 where it would be subnormal; NaN passes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp<V>(V x)
        where V : struct, IVectorF32<V>
    {
        // Below 2⁻¹²⁶ the result is 0: masks of attention and far tails of a softmax are ordinary, and processors take long
        // over subnormal numbers (docs/decisions/0610).
        // From 89 on it is ∞; so n stays where both factors of 2ⁿ are normal numbers.
        var vanishes = V.LessThan(x, V.Broadcast(Vanishing));
        x = V.Select(vanishes, V.Zero, V.IfLess(V.Broadcast(89), x));
        var p = Reduced(x, out var n);
        var half = V.Floor(n * V.Broadcast(0.5f));
        return V.Select(vanishes, V.Zero, (V.Broadcast(1) + p) * V.PowerOfTwo(half) * V.PowerOfTwo(n - half));
    }

    /// <summary>The same bits for x ≤ 0 (and NaN), in fewer instructions: no result overflows, and 2ⁿ is one normal number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V ExpOfNegative<V>(V x)
        where V : struct, IVectorF32<V>
    {
        // Where n is not a number, or a power of two none, the result is not used.
        var p = Reduced(x, out var n);
        return V.Select(V.LessThan(x, V.Broadcast(Vanishing)), V.Zero, (V.Broadcast(1) + p) * V.PowerOfTwo(n));
    }

    /// <summary>eˣ - 1 for x ≤ 80, accurate near 0; NaN passes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Expm1<V>(V x)
        where V : struct, IVectorF32<V>
    {
        var p = Reduced(new Clip(-40, 80).Invoke(x), out var n);
        var scale = V.PowerOfTwo(n);
        return V.FusedMultiplyAdd(p, scale, scale - V.Broadcast(1));
    }

    /// <summary>eʳ - 1 and n.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Reduced<V>(V x, out V n)
        where V : struct, IVectorF32<V>
    {
        n = V.Round(x * V.Broadcast(Log2E));
        var r = V.FusedMultiplyAdd(n, V.Broadcast(-Ln2High), x);
        r = V.FusedMultiplyAdd(n, V.Broadcast(-Ln2Low), r);
        var q = V.Broadcast(1f / 5040);
        q = V.FusedMultiplyAdd(q, r, V.Broadcast(1f / 720));
        q = V.FusedMultiplyAdd(q, r, V.Broadcast(1f / 120));
        q = V.FusedMultiplyAdd(q, r, V.Broadcast(1f / 24));
        q = V.FusedMultiplyAdd(q, r, V.Broadcast(1f / 6));
        q = V.FusedMultiplyAdd(q, r, V.Broadcast(0.5f));
        return V.FusedMultiplyAdd(q * r, r, r);
    }
}

using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = x · Φ(x) = x / 2 · (1 + erf(x / √2))</summary>
/// <remarks>
/// Φ(x) = ½ + x · P(x²) / Q(x²), both of degree 5 with positive coefficients, found by weighted least squares whose weights follow the
/// errors: the relative
/// error of the quotient is 1.9e-8 up to 5.47, where it is ½, so that Φ is 0 or 1 beyond. A third of the instructions of <see cref="Erf"/>,
/// which has to keep small results.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Gelu : IDifferentiable
{
    /// <summary>From here on Φ is 1.</summary>
    private const float Reach = 5.47f;

    private const float P5 = 2.26574155e-08f, P4 = 6.29516353e-06f, P3 = 0.000166368118f, P2 = 0.00466207322f, P1 = 0.0336540602f,
        P0 = 0.398942262f;

    private const float Q5 = 1.19057484e-06f, Q4 = 7.26446306e-05f, Q3 = 0.0018708657f, Q2 = 0.0285242833f, Q1 = 0.251024574f, Q0 = 1;

    private const float Half = 0.5f;

    /// <summary>In the order of their use, for machine code. Constant data, which stay where they are.</summary>
    internal static ReadOnlySpan<float> Constants => [Reach, -Reach, P5, P4, P3, P2, P1, P0, Q5, Q4, Q3, Q2, Q1, Q0, Half];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V>
    {
        return x * Distribution(x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Slope<V>(V x, V y)
        where V : struct, IVectorF32<V>
    {
        var density = Exponential.ExpOfNegative(x * x * V.Broadcast(-0.5f)) * V.Broadcast(0.398942280f);
        return V.FusedMultiplyAdd(x, density, Distribution(x));
    }

    /// <summary>Φ(x)</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Distribution<V>(V x)
        where V : struct, IVectorF32<V>
    {
        // A NaN is neither less nor greater, and so x itself.
        var near = V.IfGreater(V.Broadcast(-Reach), V.IfLess(V.Broadcast(Reach), x));
        var square = near * near;
        var p = V.Broadcast(P5);
        p = V.FusedMultiplyAdd(p, square, V.Broadcast(P4));
        p = V.FusedMultiplyAdd(p, square, V.Broadcast(P3));
        p = V.FusedMultiplyAdd(p, square, V.Broadcast(P2));
        p = V.FusedMultiplyAdd(p, square, V.Broadcast(P1));
        p = V.FusedMultiplyAdd(p, square, V.Broadcast(P0));
        var q = V.Broadcast(Q5);
        q = V.FusedMultiplyAdd(q, square, V.Broadcast(Q4));
        q = V.FusedMultiplyAdd(q, square, V.Broadcast(Q3));
        q = V.FusedMultiplyAdd(q, square, V.Broadcast(Q2));
        q = V.FusedMultiplyAdd(q, square, V.Broadcast(Q1));
        q = V.FusedMultiplyAdd(q, square, V.Broadcast(Q0));
        return V.Broadcast(Half) + (near * p / q);
    }
}

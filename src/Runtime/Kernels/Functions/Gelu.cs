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
        var near = V.IfGreater(V.Broadcast(-5.47f), V.IfLess(V.Broadcast(5.47f), x));
        var square = near * near;
        var p = V.Broadcast(2.26574155e-08f);
        p = V.FusedMultiplyAdd(p, square, V.Broadcast(6.29516353e-06f));
        p = V.FusedMultiplyAdd(p, square, V.Broadcast(0.000166368118f));
        p = V.FusedMultiplyAdd(p, square, V.Broadcast(0.00466207322f));
        p = V.FusedMultiplyAdd(p, square, V.Broadcast(0.0336540602f));
        p = V.FusedMultiplyAdd(p, square, V.Broadcast(0.398942262f));
        var q = V.Broadcast(1.19057484e-06f);
        q = V.FusedMultiplyAdd(q, square, V.Broadcast(7.26446306e-05f));
        q = V.FusedMultiplyAdd(q, square, V.Broadcast(0.0018708657f));
        q = V.FusedMultiplyAdd(q, square, V.Broadcast(0.0285242833f));
        q = V.FusedMultiplyAdd(q, square, V.Broadcast(0.251024574f));
        q = V.FusedMultiplyAdd(q, square, V.Broadcast(1));
        return V.Broadcast(0.5f) + (near * p / q);
    }
}

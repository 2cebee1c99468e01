using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = erf x = 2/√π · ∫₀ˣ e^(-t²) dt, within 4 units in the last place</summary>
/// <remarks>
/// Both polynomials interpolate in Chebyshev nodes: P(x²) = erf(x)/x - 1 on [0, 1] to 1.3e-9, and Q(t) = -ln(1 - erf(t))/t on [0.95, 4.1],
/// where the
/// error of erf stays below 7e-9. From 4 on erf rounds to 1.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Erf : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V>
    {
        var sign = V.And(x, V.Broadcast(-0f));
        var size = V.Abs(x);
        var square = size * size;
        var p = V.Broadcast(7.87587505e-05f);
        p = V.FusedMultiplyAdd(p, square, V.Broadcast(-0.000801686428f));
        p = V.FusedMultiplyAdd(p, square, V.Broadcast(0.00518908742f));
        p = V.FusedMultiplyAdd(p, square, V.Broadcast(-0.026854212f));
        p = V.FusedMultiplyAdd(p, square, V.Broadcast(0.112835947f));
        p = V.FusedMultiplyAdd(p, square, V.Broadcast(-0.376126267f));
        p = V.FusedMultiplyAdd(p, square, V.Broadcast(0.128379166f));
        var near = V.FusedMultiplyAdd(p, size, size);

        var t = V.IfLess(V.Broadcast(4), size);
        var q = V.Broadcast(-2.06928627e-07f);
        q = V.FusedMultiplyAdd(q, t, V.Broadcast(3.10091573e-06f));
        q = V.FusedMultiplyAdd(q, t, V.Broadcast(-9.58247621e-07f));
        q = V.FusedMultiplyAdd(q, t, V.Broadcast(-0.000331930491f));
        q = V.FusedMultiplyAdd(q, t, V.Broadcast(0.00382775994f));
        q = V.FusedMultiplyAdd(q, t, V.Broadcast(-0.024302219f));
        q = V.FusedMultiplyAdd(q, t, V.Broadcast(0.106971241f));
        q = V.FusedMultiplyAdd(q, t, V.Broadcast(0.634659728f));
        q = V.FusedMultiplyAdd(q, t, V.Broadcast(1.12877897f));
        var far = V.Broadcast(1) - Exponential.ExpOfNegative(-(q * t));
        return V.Or(sign, V.Select(V.LessThan(size, V.Broadcast(1)), near, far));
    }
}

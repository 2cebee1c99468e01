using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = x · tanh(ln(1 + eˣ))</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Mish : IDifferentiable
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V>
    {
        // With n = e²ˣ + 2eˣ the factor is n / (n + 2); from 20 on it rounds to 1, and e²ˣ stays finite.
        var low = V.IfLess(x, V.Broadcast(20));
        var e = Exponential.Exp(low);
        var n = V.FusedMultiplyAdd(e, e, e + e);
        return x * n / (n + V.Broadcast(2));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Slope<V>(V x, V y)
        where V : struct, IVectorF32<V>
    {
        // y' = t + x · (1 - t²) · σ(x) with t = tanh(ln(1 + eˣ)), which ReLU's 1 replaces where t rounds to it.
        var low = V.IfLess(x, V.Broadcast(20));
        var e = Exponential.Exp(low);
        var n = V.FusedMultiplyAdd(e, e, e + e);
        var t = n / (n + V.Broadcast(2));
        return V.FusedMultiplyAdd(low * new Tanh().Slope(low, t), e / (V.Broadcast(1) + e), t);
    }
}

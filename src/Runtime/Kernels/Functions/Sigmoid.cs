using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = 1 / (1 + e⁻ˣ), within 3 units in the last place</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Sigmoid : IDifferentiable
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V>
    {
        // Only e to a non-positive power is taken: no overflow, and small results keep all their digits.
        var one = V.Broadcast(1);
        var e = Exponential.ExpOfNegative(V.Or(x, V.Broadcast(-0f)));
        return V.Select(V.LessThan(x, V.Zero), e, one) / (one + e);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Slope<V>(V x, V y)
        where V : struct, IVectorF32<V>
    {
        return y * (V.Broadcast(1) - y);
    }
}

using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = x &gt; alpha ? x : 0</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct ThresholdedRelu(float alpha) : IDifferentiable
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V>
    {
        return V.Select(V.GreaterThan(x, V.Broadcast(alpha)), x, V.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Slope<V>(V x, V y)
        where V : struct, IVectorF32<V>
    {
        return V.Select(V.GreaterThan(x, V.Broadcast(alpha)), V.Broadcast(1), V.Zero);
    }
}

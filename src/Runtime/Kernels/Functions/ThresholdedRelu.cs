using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = x &gt; alpha ? x : 0</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct ThresholdedRelu(float alpha) : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V>
    {
        return V.Select(V.GreaterThan(x, V.Broadcast(alpha)), x, V.Zero);
    }
}

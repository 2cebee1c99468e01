using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = x &lt; -limit ? x + bias : x &gt; limit ? x - bias : 0</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Shrink(float limit, float bias) : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V>
    {
        var raised = V.Select(V.LessThan(x, V.Broadcast(-limit)), x + V.Broadcast(bias), V.Zero);
        return V.Select(V.GreaterThan(x, V.Broadcast(limit)), x - V.Broadcast(bias), raised);
    }
}

using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = x / (1 + e^(-alpha·x)), SiLU for alpha = 1</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Swish(float alpha) : IDifferentiable
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V> => x * default(Sigmoid).Invoke(V.Broadcast(alpha) * x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Slope<V>(V x, V y)
        where V : struct, IVectorF32<V>
    {
        var scale = V.Broadcast(alpha);
        var sigmoid = new Sigmoid().Invoke(scale * x);
        return V.FusedMultiplyAdd(scale * x, new Sigmoid().Slope(x, sigmoid), sigmoid);
    }
}

using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = gamma · (x &lt; 0 ? alpha · (eˣ - 1) : x)</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Selu(float alpha, float gamma) : IDifferentiable
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V>
    {
        return V.Broadcast(gamma) * new Elu(alpha).Invoke(x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Slope<V>(V x, V y)
        where V : struct, IVectorF32<V>
    {
        return V.Select(V.GreaterThan(x, V.Zero), V.Broadcast(gamma), V.FusedMultiplyAdd(V.Broadcast(gamma), V.Broadcast(alpha), y));
    }
}

using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = x / 2 · (1 + erf(x / √2))</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Gelu : IDifferentiable
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V>
    {
        return V.Broadcast(0.5f) * x * (V.Broadcast(1) + new Erf().Invoke(x * V.Broadcast(0.707106781f)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Slope<V>(V x, V y)
        where V : struct, IVectorF32<V>
    {
        var density = Exponential.Exp(x * x * V.Broadcast(-0.5f)) * V.Broadcast(0.398942280f);
        var below = V.Broadcast(0.5f) * (V.Broadcast(1) + new Erf().Invoke(x * V.Broadcast(0.707106781f)));
        return V.FusedMultiplyAdd(x, density, below);
    }
}

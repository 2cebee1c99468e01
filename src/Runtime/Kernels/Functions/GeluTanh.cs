using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = x / 2 · (1 + tanh(√(2/π) · (x + 0.044715 · x³)))</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct GeluTanh : IDifferentiable
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V>
    {
        var inner = V.FusedMultiplyAdd(x * x * x, V.Broadcast(0.044715f), x);
        return V.Broadcast(0.5f) * x * (V.Broadcast(1) + new Tanh().Invoke(inner * V.Broadcast(0.797884561f)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Slope<V>(V x, V y)
        where V : struct, IVectorF32<V>
    {
        var square = x * x;
        var inner = V.FusedMultiplyAdd(x * square, V.Broadcast(0.044715f), x) * V.Broadcast(0.797884561f);
        var growth = V.FusedMultiplyAdd(square, V.Broadcast(3 * 0.044715f), V.Broadcast(1)) * V.Broadcast(0.797884561f);
        var tanh = new Tanh().Invoke(inner);
        return V.Broadcast(0.5f) * V.FusedMultiplyAdd(x * growth, new Tanh().Slope(inner, tanh), V.Broadcast(1) + tanh);
    }
}

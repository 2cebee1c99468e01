using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = x / 2 · (1 + tanh(√(2/π) · (x + 0.044715 · x³)))</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct GeluTanh : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V>
    {
        var inner = V.FusedMultiplyAdd(x * x * x, V.Broadcast(0.044715f), x);
        return V.Broadcast(0.5f) * x * (V.Broadcast(1) + new Tanh().Invoke(inner * V.Broadcast(0.797884561f)));
    }
}

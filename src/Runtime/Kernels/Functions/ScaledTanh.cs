using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = alpha·tanh(beta·x)</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct ScaledTanh(float alpha, float beta) : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V> => V.Broadcast(alpha) * default(Tanh).Invoke(V.Broadcast(beta) * x);
}

using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = alpha·x + beta</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Affine(float alpha, float beta) : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V> => V.FusedMultiplyAdd(V.Broadcast(alpha), x, V.Broadcast(beta));
}

using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = min(max(alpha · x + beta, 0), 1); NaN passes</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct HardSigmoid(float alpha, float beta) : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V>
    {
        var line = V.FusedMultiplyAdd(V.Broadcast(alpha), x, V.Broadcast(beta));
        return new Clip(0, 1).Invoke(line);
    }
}

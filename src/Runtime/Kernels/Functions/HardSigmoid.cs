using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = min(max(alpha · x + beta, 0), 1); NaN passes</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct HardSigmoid(float alpha, float beta) : IDifferentiable
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V>
    {
        var line = V.FusedMultiplyAdd(V.Broadcast(alpha), x, V.Broadcast(beta));
        return new Clip(0, 1).Invoke(line);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Slope<V>(V x, V y)
        where V : struct, IVectorF32<V>
    {
        return V.Select(V.And(V.GreaterThan(y, V.Zero), V.LessThan(y, V.Broadcast(1))), V.Broadcast(alpha), V.Zero);
    }
}

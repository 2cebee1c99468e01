using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = x · min(max(x / 6 + ½, 0), 1)</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct HardSwish : IDifferentiable
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V>
    {
        return x * new HardSigmoid(1f / 6, 0.5f).Invoke(x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Slope<V>(V x, V y)
        where V : struct, IVectorF32<V>
    {
        var between = V.FusedMultiplyAdd(V.Broadcast(1f / 3), x, V.Broadcast(0.5f));
        var above = V.Select(V.LessThan(x, V.Broadcast(3)), between, V.Broadcast(1));
        return V.Select(V.GreaterThan(x, V.Broadcast(-3)), above, V.Zero);
    }
}

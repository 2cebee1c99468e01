using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = min(max(x, lowest), highest); NaN passes</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Clip(float lowest, float highest) : IDifferentiable
{
    internal float Lowest => lowest;

    internal float Highest => highest;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V>
    {
        var low = V.Broadcast(lowest);
        var high = V.Broadcast(highest);
        var raised = V.IfGreater(low, x);
        return V.IfLess(high, raised);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Slope<V>(V x, V y)
        where V : struct, IVectorF32<V>
    {
        return V.Select(V.And(V.GreaterThan(x, V.Broadcast(lowest)), V.LessThan(x, V.Broadcast(highest))), V.Broadcast(1), V.Zero);
    }
}

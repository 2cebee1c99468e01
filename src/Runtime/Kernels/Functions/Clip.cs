using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = min(max(x, lowest), highest); NaN passes</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Clip(float lowest, float highest) : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V>
    {
        var low = V.Broadcast(lowest);
        var high = V.Broadcast(highest);
        var raised = V.Select(V.LessThan(x, low), low, x);
        return V.Select(V.GreaterThan(raised, high), high, raised);
    }
}

using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = 1, 0 or -1 with the sign of x; NaN passes</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Sign : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V>
    {
        var one = V.Or(V.And(x, V.Broadcast(-0f)), V.Broadcast(1));
        var signed = V.Select(V.Equals(x, V.Zero), V.Zero, one);
        return V.Select(V.Equals(x, x), signed, x);
    }
}

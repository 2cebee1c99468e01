using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = x &lt; 0 ? 0 : x, so that NaN and -0 pass</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Relu : IDifferentiable
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V>
    {
        return V.IfGreater(V.Zero, x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Slope<V>(V x, V y)
        where V : struct, IVectorF32<V>
    {
        return V.Select(V.GreaterThan(x, V.Zero), V.Broadcast(1), V.Zero);
    }
}

using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = x / (1 + |x|)</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Softsign : IDifferentiable
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V>
    {
        return x / (V.Broadcast(1) + V.Abs(x));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Slope<V>(V x, V y)
        where V : struct, IVectorF32<V>
    {
        var rest = V.Broadcast(1) - V.Abs(y);
        return rest * rest;
    }
}

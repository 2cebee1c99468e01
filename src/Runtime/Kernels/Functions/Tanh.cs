using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = tanh x, within 3 units in the last place</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Tanh : IDifferentiable, IDoubleFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V>
    {
        // tanh |x| = (e^2|x| - 1) / (e^2|x| + 1); from 10 on it rounds to 1.
        var sign = V.And(x, V.Broadcast(-0f));
        var size = V.Abs(x);
        size = V.IfLess(V.Broadcast(10), size);
        var grown = Exponential.Expm1(size + size);
        return V.Or(sign, grown / (grown + V.Broadcast(2)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Slope<V>(V x, V y)
        where V : struct, IVectorF32<V>
    {
        return V.Broadcast(1) - (y * y);
    }

    static double IDoubleFunction.Invoke(double x) => Math.Tanh(x);
}

using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = 1 / x</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Reciprocal : IUnaryFunction, IDoubleFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V>
    {
        return V.Broadcast(1) / x;
    }

    static double IDoubleFunction.Invoke(double x) => 1 / x;
}

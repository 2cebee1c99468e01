using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = the nearest integer, ties to even</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Round : IUnaryFunction, IDoubleFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V>
    {
        return V.Round(x);
    }

    static double IDoubleFunction.Invoke(double x) => Math.Round(x, MidpointRounding.ToEven);
}

using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = |x|</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Abs : IUnaryFunction, IDoubleFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V>
    {
        return V.Abs(x);
    }

    static double IDoubleFunction.Invoke(double x) => Math.Abs(x);
}

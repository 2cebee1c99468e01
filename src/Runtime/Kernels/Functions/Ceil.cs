using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = the least integer not below x</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Ceil : IUnaryFunction, IDoubleFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V>
    {
        return -V.Floor(-x);
    }

    static double IDoubleFunction.Invoke(double x) => Math.Ceiling(x);
}

using System.ComponentModel;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = cos x; lane by lane through the run-time library</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Cos : IUnaryFunction, IScalarFunction, IDoubleFunction
{
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V> => EachLane.Apply<V, Cos>(x);

    static float IScalarFunction.Invoke(float x) => MathF.Cos(x);

    static double IDoubleFunction.Invoke(double x) => Math.Cos(x);
}

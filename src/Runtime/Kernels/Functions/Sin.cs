using System.ComponentModel;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = sin x; lane by lane through the run-time library</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Sin : IUnaryFunction, IScalarFunction, IDoubleFunction
{
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V> => EachLane.Apply<V, Sin>(x);

    static float IScalarFunction.Invoke(float x) => MathF.Sin(x);

    static double IDoubleFunction.Invoke(double x) => Math.Sin(x);
}

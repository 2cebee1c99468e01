using System.ComponentModel;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = ln x; lane by lane through the run-time library</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Log : IUnaryFunction, IScalarFunction, IDoubleFunction
{
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V> => EachLane.Apply<V, Log>(x);

    static float IScalarFunction.Invoke(float x) => MathF.Log(x);

    static double IDoubleFunction.Invoke(double x) => Math.Log(x);
}

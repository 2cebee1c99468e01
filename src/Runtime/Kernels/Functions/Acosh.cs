using System.ComponentModel;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = arcosh x; lane by lane through the run-time library</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Acosh : IUnaryFunction, IScalarFunction
{
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V> => EachLane.Apply<V, Acosh>(x);

    static float IScalarFunction.Invoke(float x) => MathF.Acosh(x);
}

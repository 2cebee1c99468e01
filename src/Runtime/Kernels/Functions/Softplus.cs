using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = ln(1 + eˣ); 0 where it would be subnormal; lane by lane through the run-time library</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Softplus : IDifferentiable, IScalarFunction
{
    public V Invoke<V>(V x)
        where V : struct, IVectorF32<V> => EachLane.Apply<V, Softplus>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Slope<V>(V x, V y)
        where V : struct, IVectorF32<V>
    {
        return new Sigmoid().Invoke(x);
    }

    static float IScalarFunction.Invoke(float x)
    {
        // In double precision 1 + t keeps all digits that a float has as long as t is not tiny; then the series needs two terms.
        double t = Math.Exp(-Math.Abs((double)x));
        float y = (float)(Math.Max(x, 0) + (t < 1e-5 ? t - (t * t / 2) : Math.Log(1 + t)));
        return y < Subnormal.SmallestNormal ? 0 : y;
    }
}

using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Simd;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>Derivatives of activations against differences of their definitions in double precision.</summary>
public sealed unsafe class SlopeTests
{
    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void Slopes_are_those_of_the_definitions(VectorWidth width) => Activations.Each(new Check(width));

    private sealed class Check(VectorWidth width) : IActivationCheck
    {
        public void Run<TActivation>(TActivation activation, Func<double, double> exact)
            where TActivation : struct, IDifferentiable
        {
            // Odd thousandths lie on no kink.
            float[] x = [.. Enumerable.Range(-2500, 5000).Select(i => ((2 * i) + 1) / 1000f)];
            float[] slopes = Slopes(width, activation, x);
            Assert.Equal(Slopes(VectorWidth.Scalar, activation, x), slopes);
            for (int i = 0; i < x.Length; i++)
            {
                double truth = Activations.Slope(exact, x[i]);
                // A few roundings of numbers up to |x|, as for the functions themselves.
                Expect.True(Math.Abs(slopes[i] - truth) <= (8 * Math.ScaleB(Math.Max(1, Math.Abs(x[i])), -24)) + 1e-8,
                    $"{typeof(TActivation).Name}'({x[i]:R}) = {slopes[i]:R}, exactly {truth:R}");
            }
        }
    }

    private static float[] Slopes<TActivation>(VectorWidth width, TActivation activation, float[] x)
        where TActivation : struct, IDifferentiable =>
        Lanes.Map(width, new SlopeOf<TActivation>(activation), x);

    private readonly struct SlopeOf<TActivation>(TActivation activation) : IUnaryFunction
        where TActivation : struct, IDifferentiable
    {
        public V Invoke<V>(V x)
            where V : struct, IVectorF32<V> => activation.Slope(x, activation.Invoke(x));
    }
}

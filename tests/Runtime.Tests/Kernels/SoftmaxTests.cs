using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Simd;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

public sealed class SoftmaxTests
{
    private static readonly int[][] Shapes =
        [[1, 1, 1], [3, 10, 1], [2, 17, 1], [1, 64, 1], [1, 65, 1], [2, 1000, 1], [2, 5, 3], [1, 7, 16], [2, 9, 21], [0, 4, 1], [2, 0, 3],
            [2, 3, 0]];

    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void Both_agree_with_double_precision_and_with_one_lane(VectorWidth width)
    {
        foreach (int[] shape in Shapes)
        {
            foreach (bool logarithm in new[] { false, true })
            {
                float[] x = [.. Numbers.Floats(Indices.Count(shape), 3).Select(v => v * 20)];
                float[] y = Run(width, x, shape, logarithm, inPlace: false);
                Assert.Equal(Run(VectorWidth.Scalar, x, shape, logarithm, inPlace: true), y);
                Compare(x, y, shape, logarithm);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void Not_a_number_spreads_and_large_numbers_do_not_overflow(VectorWidth width)
    {
        foreach (int inner in new[] { 1, 5 })
        {
            float[] x = new float[20 * inner];
            Array.Fill(x, 1e30f);
            Assert.All(Run(width, x, [1, 20, inner], false, inPlace: false), v => Assert.Equal(1 / 20f, v));
            x[3 * inner] = float.NaN;
            float[] y = Run(width, x, [1, 20, inner], false, inPlace: false);
            Assert.All(Enumerable.Range(0, 20), i => Assert.True(float.IsNaN(y[i * inner])));
            Assert.Equal(20, y.Count(float.IsNaN));
        }
    }

    private static void Compare(float[] x, float[] y, int[] shape, bool logarithm)
    {
        for (int i = 0; i < x.Length; i++)
        {
            int n = i % shape[2], o = i / shape[2] / shape[1];
            double[] line = [.. Enumerable.Range(0, shape[1]).Select(j => (double)x[(((o * shape[1]) + j) * shape[2]) + n])];
            double max = line.Max(), sum = line.Sum(v => Math.Exp(v - max));
            double expected = logarithm ? x[i] - max - Math.Log(sum) : Math.Exp(x[i] - max) / sum;

            // x - m is rounded at a size of 40, and the exponential turns that absolute error into a relative one; sum and quotient add
            // their own.
            double tolerance = logarithm ? 8e-6 : (expected * 5e-6) + 1e-12;
            Assert.InRange(y[i], expected - tolerance, expected + tolerance);
        }
    }

    private static float[] Run(VectorWidth width, float[] x, int[] shape, bool logarithm, bool inPlace)
    {
        using var source = GuardedBuffer<float>.From(x);
        using var other = new GuardedBuffer<float>(x.Length);
        var target = inPlace ? source : other;
        if (logarithm)
        {
            LogSoftmax.Run(width, source.Pointer, target.Pointer, shape[0], shape[1], shape[2]);
        }
        else
        {
            Softmax.Run(width, source.Pointer, target.Pointer, shape[0], shape[1], shape[2]);
        }

        target.Check();
        return target.Span.ToArray();
    }
}

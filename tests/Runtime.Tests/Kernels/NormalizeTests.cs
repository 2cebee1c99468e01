using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Simd;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

public sealed class NormalizeTests
{
    private static readonly (int Rows, int Length)[] Sizes = [(1, 1), (3, 2), (2, 15), (2, 16), (1, 17), (4, 63), (2, 64), (3, 65),
        (1, 1000), (0, 4), (4, 0)];

    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void Agrees_with_double_precision_and_with_one_lane(VectorWidth width)
    {
        foreach (var (rows, length) in Sizes)
        {
            foreach (bool centered in new[] { false, true })
            {
                float[] x = [.. Numbers.Floats(rows * length, 3).Select(v => (v * 5) + 2)], scale = Numbers.Floats(length, 4),
                    bias = Numbers.Floats(length, 5);
                float[] y = Run(width, x, scale, bias, rows, centered, inPlace: false);
                Assert.Equal(Run(VectorWidth.Scalar, x, scale, bias, rows, centered, inPlace: true), y);
                Compare(x, scale, bias, y, rows, centered);
            }
        }
    }

    private static void Compare(float[] x, float[] scale, float[] bias, float[] y, int rows, bool centered)
    {
        int length = scale.Length;
        for (int r = 0; r < rows; r++)
        {
            double[] row = [.. x.AsSpan(r * length, length).ToArray().Select(v => (double)v)];
            double mean = centered && length > 0 ? row.Average() : 0;
            double deviation = length > 0 ? Math.Sqrt(row.Average(v => (v - mean) * (v - mean)) + 0.01) : 1;
            for (int i = 0; i < length; i++)
            {
                // The mean is rounded at the size of the largest element, the quotient and the sum once each.
                double tolerance = 4 * (length + 4) * Math.ScaleB(1, -24)
                    * ((row.Max(Math.Abs) * Math.Abs(scale[i]) / deviation) + Math.Abs(bias[i]));
                double expected = ((row[i] - mean) / deviation * scale[i]) + bias[i];
                Assert.InRange(y[(r * length) + i], expected - tolerance, expected + tolerance);
            }
        }
    }

    private static float[] Run(VectorWidth width, float[] x, float[] scale, float[] bias, int rows, bool centered, bool inPlace)
    {
        using var source = GuardedBuffer<float>.From(x);
        using var factors = GuardedBuffer<float>.From(scale);
        using var offsets = GuardedBuffer<float>.From(bias);
        using var other = new GuardedBuffer<float>(x.Length);
        var target = inPlace ? source : other;
        Normalize.Run(width, source.Pointer, factors.Pointer, offsets.Pointer, target.Pointer, rows, scale.Length, 0.01f, centered);
        target.Check();
        return target.Span.ToArray();
    }
}

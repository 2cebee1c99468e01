using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Simd;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

public sealed class ReduceTests
{
    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void Random_shapes_and_axes_agree_with_double_precision_and_with_one_lane(VectorWidth width)
    {
        var random = new Random(2);
        for (int run = 0; run < 150; run++)
        {
            int[] shape = Indices.RandomShape(random, random.Next(0, 6));
            int[] axes = [.. Enumerable.Range(0, shape.Length).Where(_ => random.Next(2) == 0)];
            random.Shuffle(axes);
            float[] x = Numbers.Floats(Indices.Count(shape), run);
            Check<Sum>(width, x, shape, axes, values => values.Sum());
            Check<Mean>(width, x, shape, axes, values => values.Count == 0 ? double.NaN : values.Average());
            Check<Max>(width, x, shape, axes, values => values.Count == 0 ? double.NegativeInfinity : values.Max());
        }
    }

    [Theory]
    [MemberData(nameof(Rows.Widths), MemberType = typeof(Rows))]
    public void The_maximum_keeps_a_NaN(VectorWidth width)
    {
        float[] x = Numbers.Floats(60, 1);
        x[37] = float.NaN;
        Assert.Equal(float.NaN, Run<Max>(width, x, [60], [0])[0]);
        Assert.Equal(float.NaN, Run<Max>(width, x, [3, 20], [0])[17]);
    }

    [Fact]
    public void Axes_outside_the_shape_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Run<Sum>(VectorWidth.Scalar, [1], [1], [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Run<Sum>(VectorWidth.Scalar, [1], [1], [-1]));
    }

    private static void Check<TReduction>(VectorWidth width, float[] x, int[] shape, int[] axes, Func<List<double>, double> truth)
        where TReduction : struct, IReduction
    {
        float[] y = Run<TReduction>(width, x, shape, axes);
        Assert.Equal(Run<TReduction>(VectorWidth.Scalar, x, shape, axes), y);
        int[] kept = [.. shape.Select((size, i) => axes.Contains(i) ? 1 : size)];
        int[] strides = [.. Indices.RowMajor(kept).Select((stride, i) => axes.Contains(i) ? 0 : stride)];
        var groups = y.Select(_ => new List<double>()).ToArray();
        foreach (var (index, flat) in Indices.Of(shape).Select((index, flat) => (index, flat)))
        {
            groups[Indices.Offset(index, strides)].Add(x[flat]);
        }

        for (int i = 0; i < y.Length; i++)
        {
            // |x| ≤ 1, so k terms added in any order differ by at most k·k·2^-24 from their sum.
            int k = groups[i].Count;
            double expected = truth(groups[i]), tolerance = k * (double)k * Math.Pow(2, -24);
            Expect.True(y[i].Equals((float)expected) || Math.Abs(y[i] - expected) <= tolerance,
                $"{typeof(TReduction).Name} [{string.Join(", ", shape)}] over [{string.Join(", ", axes)}] at {i}: {y[i]}, not {expected}");
        }
    }

    private static float[] Run<TReduction>(VectorWidth width, float[] x, int[] shape, int[] axes)
        where TReduction : struct, IReduction
    {
        using var source = GuardedBuffer<float>.From(x);
        using var target = new GuardedBuffer<float>(Indices.Count([.. shape.Where((_, i) => !axes.Contains(i))]));
        Reduce.Run(width, default(TReduction), source.Pointer, target.Pointer, shape, axes);
        target.Check();
        return target.Span.ToArray();
    }
}

using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Simd;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

public sealed class ReduceTests
{
    [Theory]
    [MemberData(nameof(Sets.All), MemberType = typeof(Sets))]
    public void Random_shapes_and_axes_agree_with_double_precision_and_with_one_lane(InstructionSet set)
    {
        var random = new Random(2);
        for (int run = 0; run < 150; run++)
        {
            int[] shape = Indices.RandomShape(random, random.Next(0, 6));
            int[] axes = [.. Enumerable.Range(0, shape.Length).Where(_ => random.Next(2) == 0)];
            random.Shuffle(axes);
            float[] x = Numbers.Floats(Indices.Count(shape), run);
            Check<Sum>(set, x, shape, axes, values => values.Sum());
            Check<Mean>(set, x, shape, axes, values => values.Count == 0 ? double.NaN : values.Average());
            Check<Max>(set, x, shape, axes, values => values.Count == 0 ? double.NegativeInfinity : values.Max());
        }
    }

    [Theory]
    [MemberData(nameof(Sets.All), MemberType = typeof(Sets))]
    public void The_maximum_keeps_a_NaN(InstructionSet set)
    {
        float[] x = Numbers.Floats(60, 1);
        x[37] = float.NaN;
        Assert.Equal(float.NaN, Run<Max>(set, x, [60], [0])[0]);
        Assert.Equal(float.NaN, Run<Max>(set, x, [3, 20], [0])[17]);
    }

    [Fact]
    public void Axes_outside_the_shape_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Run<Sum>(InstructionSet.Scalar, [1], [1], [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Run<Sum>(InstructionSet.Scalar, [1], [1], [-1]));
    }

    private static void Check<TReduction>(InstructionSet set, float[] x, int[] shape, int[] axes, Func<List<double>, double> truth)
        where TReduction : struct, IReduction
    {
        float[] y = Run<TReduction>(set, x, shape, axes);
        Assert.Equal(Run<TReduction>(InstructionSet.Scalar, x, shape, axes), y);
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
            Assert.True(y[i].Equals((float)expected) || Math.Abs(y[i] - expected) <= tolerance, $"{typeof(TReduction).Name} [{string.Join(", ", shape)}] over [{string.Join(", ", axes)}] at {i}: {y[i]}, not {expected}");
        }
    }

    private static float[] Run<TReduction>(InstructionSet set, float[] x, int[] shape, int[] axes)
        where TReduction : struct, IReduction
    {
        using var source = GuardedBuffer<float>.From(x);
        using var target = new GuardedBuffer<float>(Indices.Count([.. shape.Where((_, i) => !axes.Contains(i))]));
        Reduce.Run(set, default(TReduction), source.Pointer, target.Pointer, shape, axes);
        target.Check();
        return target.Span.ToArray();
    }
}

using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Simd;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>Convolutions with weights of the run, against sums over all taps.</summary>
public sealed class DirectConvTests
{
    [Theory]
    [InlineData(new[] { 23 }, new[] { 3 }, new[] { 1 }, new[] { 1 }, new[] { 1 }, 4, 6, 2)]
    [InlineData(new[] { 23 }, new[] { 4 }, new[] { 2 }, new[] { 3 }, new[] { 2 }, 2, 2, 1)]
    [InlineData(new[] { 5, 19 }, new[] { 3, 3 }, new[] { 1, 1 }, new[] { 1, 1 }, new[] { 1, 1 }, 3, 4, 1)]
    [InlineData(new[] { 7, 9 }, new[] { 2, 5 }, new[] { 2, 3 }, new[] { 0, 4 }, new[] { 3, 2 }, 4, 4, 4)]
    [InlineData(new[] { 3, 4, 18 }, new[] { 2, 1, 3 }, new[] { 1, 2, 1 }, new[] { 1, 0, 2 }, new[] { 1, 1, 2 }, 2, 3, 1)]
    [InlineData(new[] { 2, 2, 2 }, new[] { 3, 3, 3 }, new[] { 1, 1, 1 }, new[] { 2, 2, 2 }, new[] { 1, 1, 1 }, 1, 1, 1)]
    public void Equals_the_sum_over_taps(int[] input, int[] kernel, int[] strides, int[] pads, int[] dilations, int channels, int outputs,
        int groups)
    {
        const int Batch = 2;
        var random = new Random(3);
        int perGroup = channels / groups;
        int[] output = [.. input.Select((size, i) => ((size + (2 * pads[i]) - ((kernel[i] - 1) * dilations[i]) - 1) / strides[i]) + 1)];
        float[] source = Numbers(random, Batch * channels * Indices.Count(input)),
            weights = Numbers(random, outputs * perGroup * Indices.Count(kernel)), shift = Numbers(random, outputs);
        int[] inputStrides = Indices.RowMajor([Batch, channels, .. input]),
            weightStrides = Indices.RowMajor([outputs, perGroup, .. kernel]);
        double[] expected = [.. Indices.Of([Batch, outputs, .. output]).Select(at =>
        {
            double sum = shift[at[1]];
            foreach (int[] tap in Indices.Of([perGroup, .. kernel]))
            {
                int[] position = [.. input.Select((_, i) => (at[i + 2] * strides[i]) - pads[i] + (tap[i + 1] * dilations[i]))];
                if (position.Zip(input, (p, size) => p >= 0 && p < size).All(inside => inside))
                {
                    sum += (double)source[Indices.Offset([at[0], (at[1] / (outputs / groups) * perGroup) + tap[0], .. position],
                        inputStrides)]
                        * weights[Indices.Offset([at[1], .. tap], weightStrides)];
                }
            }

            return Math.Max(sum, 0);
        })];

        using var x = GuardedBuffer<float>.From(source);
        using var w = GuardedBuffer<float>.From(weights);
        using var bias = GuardedBuffer<float>.From(shift);
        using var y = new GuardedBuffer<float>(expected.Length);
        var windows = PoolWindows.Create(Batch, channels, input, output, kernel, strides, pads, pads, dilations);
        float[]? first = null;
        foreach (var width in VectorWidths.Available)
        {
            DirectConv.Run(width, x.Pointer, w.Pointer, bias.Pointer, default(Relu), y.Pointer, outputs, groups, windows);
            float[] actual = y.Span.ToArray();
            y.Check();
            // Terms below 1, summed by fused multiply-add: each step rounds a partial sum below the number of terms.
            double terms = 1 + (perGroup * Indices.Count(kernel));
            Assert.All(actual.Zip(expected), p => Assert.Equal(p.Second, p.First, terms * terms * Math.Pow(2, -24)));
            Assert.Equal(first ??= actual, actual);
        }
    }

    private static float[] Numbers(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1))];
}

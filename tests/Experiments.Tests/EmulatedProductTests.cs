using MixPrec.Experiments.Accumulation;
using MixPrec.Experiments.Emulation;
using Xunit;

namespace MixPrec.Experiments.Tests;

public sealed class EmulatedProductTests
{
    [Theory]
    [InlineData(1, 1, 1, 8)]
    [InlineData(3, 7, 5, 8)]
    [InlineData(2, 8, 33, 8)]
    [InlineData(70, 21, 40, 4)]
    [InlineData(2, 50, 9, 100)]
    public void AgreesBitForBitWithTheDefinition(int rows, int depth, int channels, int block)
    {
        foreach (var format in new[] { FloatFormat.E4M3Ieee, FloatFormat.E4M3, FloatFormat.E5M2, FloatFormat.F16, FloatFormat.BF16 })
        {
            foreach (uint? seed in new uint?[] { null, 11 })
            {
                var accumulator = new Accumulator(format, block, seed);
                var (x, w, bias) = Operands(rows, depth, channels);
                var actual = new float[rows * channels];
                EmulatedProduct.Run(accumulator, x, PackedColumns.Pack(depth, channels, (k, c) => w[(k * channels) + c]), bias, actual);
                Assert.Equal(Definition(accumulator, x, w, bias, depth), actual);
            }
        }
    }

    [Fact]
    public void PanelsThatNobodyWantsStayAsTheyAre()
    {
        int channels = (2 * PackedColumns.Width) + 1;
        var (x, w, bias) = Operands(2, 9, channels);
        var weights = PackedColumns.Pack(9, channels, (k, c) => w[(k * channels) + c]);
        float[] all = new float[2 * channels], some = new float[2 * channels];
        EmulatedProduct.Run(new Accumulator(FloatFormat.F16), x, weights, bias, all);
        bool[] wanted = new bool[2 * channels];
        wanted[channels] = true;
        EmulatedProduct.Run(new Accumulator(FloatFormat.F16), x, weights, bias, some, wanted);
        Assert.All(some[..channels], v => Assert.Equal(0, v));
        Assert.Equal(all[channels..(channels + PackedColumns.Width)], some[channels..(channels + PackedColumns.Width)]);
        Assert.All(some[(channels + PackedColumns.Width)..], v => Assert.Equal(0, v));
    }

    /// <summary>Operands as after a ReLU: many zeros.</summary>
    private static (float[] X, float[] W, float[] Bias) Operands(int rows, int depth, int channels)
    {
        var random = new Random(3);
        float Next() => (float)((random.NextDouble() * 4) - 2);
        return ([.. Enumerable.Range(0, rows * depth).Select(_ => Math.Max(0, Next()))],
            [.. Enumerable.Range(0, depth * channels).Select(_ => Next())], [.. Enumerable.Range(0, channels).Select(_ => Next())]);
    }

    /// <summary>One rounding after another, zeros included.</summary>
    internal static float[] Definition(Accumulator accumulator, float[] x, float[] w, float[] bias, int depth)
    {
        var exact = new ExactRounding(accumulator.Format);
        int channels = bias.Length;
        var result = new float[x.Length / depth * channels];
        for (int i = 0; i < result.Length; i++)
        {
            int row = i / channels, channel = i % channels, step = 0;
            float Add(float a, float b, float sum)
            {
                double? draw = accumulator.Seed is { } seed ? RoundingDraws.Of(RoundingDraws.Key(seed, row, step), channel,
                    RoundingDraws.BitsOf(accumulator.Format)) : null;
                step++;
                return (float)exact.Round(ExactRounding.Product(a, b) + ExactRounding.Of(sum), draw);
            }

            float outer = 0;
            for (int start = 0; start < depth; start += accumulator.BlockLength)
            {
                float inner = 0;
                for (int k = start; k < Math.Min(depth, start + accumulator.BlockLength); k++)
                {
                    inner = Add(x[(row * depth) + k], w[(k * channels) + channel], inner);
                }

                outer = Add(1, inner, outer);
            }

            result[i] = Add(1, bias[channel], outer);
        }

        return result;
    }
}

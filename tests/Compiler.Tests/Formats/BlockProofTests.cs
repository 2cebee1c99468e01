using MixPrec.Compiler.Formats.Packing;
using MixPrec.Compiler.Formats.Storage;
using MixPrec.Compiler.Graphs;
using Xunit;

namespace MixPrec.Compiler.Tests.Formats;

/// <summary>The proof of 16-bit sums against all inputs of small products: it is safe, and its bounds are attained.</summary>
public sealed class BlockProofTests
{
    /// <summary>Taps, channels, columns, largest weight, largest code.</summary>
    public static TheoryData<int, int, int, int, int> Cases => new()
    {
        { 1, 1, 1, 127, 255 }, { 1, 4, 3, 127, 255 }, { 1, 8, 17, 100, 255 }, { 1, 10, 5, 127, 127 }, { 1, 16, 4, 127, 63 },
            { 1, 16, 4, 3, 255 }, { 1, 24, 2, 60, 127 },
        { 2, 4, 3, 127, 63 }, { 3, 5, 2, 90, 127 }, { 4, 3, 2, 127, 63 }, { 6, 4, 1, 40, 255 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void BoundsAreTheExtremesOverAllInputsAndTheNextLengthWouldNotDo(int taps, int channels, int columns, int highest, int maximum)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var weights = Matrix(taps, channels, columns,
                [.. Enumerable.Range(0, taps * channels * columns)
                .Select(_ => random.Next(4) == 0 ? highest : random.Next(-highest, highest + 1))]);
            var proof = Proof(weights, maximum);
            if (proof is not null)
            {
                Assert.Equal((proof.Lowest, proof.Highest), Extremes(weights, proof.Block, maximum));
                Assert.InRange(proof.Lowest, short.MinValue, 0);
                Assert.InRange(proof.Highest, 0, short.MaxValue);
            }

            if (proof?.Block < 32)
            {
                var (low, high) = Extremes(weights, proof.Block * 2, maximum);
                Assert.True(low < short.MinValue || high > short.MaxValue, $"{proof}, and twice the block gives [{low}, {high}]");
            }
            else if (proof is null)
            {
                var (low, high) = Extremes(weights, 1, maximum);
                Assert.True(low < short.MinValue || high > short.MaxValue, $"nothing was proven, and single groups give [{low}, {high}]");
            }
        }
    }

    /// <summary>151 · 217 = 32767 and 128 · 256 = 32768.</summary>
    [Fact]
    public void AllOf16BitsMayBeUsed()
    {
        Assert.Equal(new(32, 0, 32767), Proof(Matrix(1, 8, 1, [127, 90, 0, 0, 0, 0, 0, 0]), 151));
        Assert.Equal(new(32, -32768, 0), Proof(Matrix(1, 8, 1, [-64, -64, 0, 0, -64, -64, 0, 0]), 128));
        Assert.Equal(1, Proof(Matrix(1, 8, 1, [127, 90, 0, 0, 1, 0, 0, 0]), 151)!.Block);
        Assert.Equal(1, Proof(Matrix(1, 8, 1, [64, 64, 0, 0, 64, 64, 0, 0]), 128)!.Block);
        Assert.Null(Proof(Matrix(1, 4, 1, [127, 2, 0, 0]), 255));
    }

    /// <summary>
    /// Aligned blocks hold one heavy group each; a convolution that leaves the first tap out would meet both in one block.
    /// </summary>
    [Fact]
    public void BlocksOfConvolutionsBeginAnywhere()
    {
        int[] weights = [0, 0, 0, 0, 100, 100, 0, 0, 100, 100, 0, 0, 0, 0, 0, 0];
        Assert.Equal(2, Proof(Matrix(1, 16, 1, weights), 127)!.Block);
        Assert.Equal(1, Proof(Matrix(4, 4, 1, weights), 127)!.Block);
    }

    /// <summary>Whole numbers [taps, channels, columns], which a scale of 1 keeps.</summary>
    private static WeightMatrix Matrix(int taps, int channels, int columns, int[] weights)
    {
        float[] model = [.. from column in Enumerable.Range(0, columns)
                            from channel in Enumerable.Range(0, channels)
                            from tap in Enumerable.Range(0, taps)
                            select (float)weights[(((tap * channels) + channel) * columns) + column]];
        return WeightMatrix.FromConv(Tensor.Create(model, columns, channels, taps), groups: 1, group: 0)
            .WithScales(new WeightScales(null, [1]), [.. Enumerable.Repeat(1f, columns)]);
    }

    private static int At(WeightMatrix weights, int tap, int channel, int column)
    {
        var weight = new float[1];
        weights.Read((tap * weights.Channels) + channel, column, weight);
        return (int)weight[0];
    }

    private static BlockProof? Proof(WeightMatrix weights, int maximum) => new Int8Weights(weights).Proof(maximum);

    /// <summary>
    /// The least and largest partial sum of any lane of any block when every code runs through {0, maximum}: sums are linear in each code,
    /// so that codes between give nothing further out.
    /// </summary>
    private static (int Lowest, int Highest) Extremes(WeightMatrix weights, int block, int maximum)
    {
        int groupsOfTap = (weights.Channels + 3) / 4, groups = weights.Taps * groupsOfTap, lowest = 0, highest = 0;
        for (int column = 0; column < weights.Columns; column++)
        {
            for (int start = 0; start < groups; start += weights.Taps == 1 ? block : 1)
            {
                for (int lane = 0; lane < 2; lane++)
                {
                    var terms = from g in Enumerable.Range(start, Math.Min(block, groups - start))
                                from i in new[] { 2 * lane, (2 * lane) + 1 }
                                let channel = (g % groupsOfTap * 4) + i
                                where channel < weights.Channels
                                select At(weights, g / groupsOfTap, channel, column);
                    HashSet<int> sums = [0];
                    foreach (int weight in terms)
                    {
                        sums.UnionWith(sums.Select(s => s + (weight * maximum)).ToArray());
                    }

                    (lowest, highest) = (Math.Min(lowest, sums.Min()), Math.Max(highest, sums.Max()));
                }
            }
        }

        return (lowest, highest);
    }
}

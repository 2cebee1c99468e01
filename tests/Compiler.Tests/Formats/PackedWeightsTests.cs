using MixPrec.Compiler.Formats.Packing;
using MixPrec.Compiler.Formats.Storage;
using MixPrec.Compiler.Graphs;
using Xunit;
using BF16 = MixPrec.Runtime.Kernels.BF16;

namespace MixPrec.Compiler.Tests.Formats;

/// <summary>Packed weights against their description: element by element from the place in the file to the weight.</summary>
public sealed class PackedWeightsTests
{
    public static TheoryData<int, int, int> Sizes =>
        new() { { 1, 1, 1 }, { 1, 7, 16 }, { 1, 8, 17 }, { 9, 3, 5 }, { 4, 5, 33 }, { 6, 4, 15 } };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void FloatsLieInPanelsOfSixteenColumns(int taps, int channels, int columns)
    {
        var weights = Weights(taps, channels, columns);
        var packed = Float32.Format.Encode(weights).Packed.Single().Elements<float>();
        Assert.Equal((columns + 15) / 16 * taps * channels * 16, packed.Length);
        for (int i = 0; i < packed.Length; i++)
        {
            int lane = i % 16, row = i / 16 % (taps * channels), column = (i / 16 / (taps * channels) * 16) + lane;
            Assert.Equal(At(weights, row, column), packed[i]);
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void PairsOfRowsShareALane(int taps, int channels, int columns)
    {
        var weights = Weights(taps, channels, columns);
        var packed = BFloat16.Format.Encode(weights).Packed.Single().Elements<ushort>();
        int pairs = ((taps * channels) + 1) / 2;
        Assert.Equal((columns + 15) / 16 * pairs * 32, packed.Length);
        for (int i = 0; i < packed.Length; i++)
        {
            int row = (i / 32 % pairs * 2) + (i % 2), column = (i / 32 / pairs * 16) + (i % 32 / 2);
            Assert.Equal(BF16.FromSingle(At(weights, row, column)).Bits, packed[i]);
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void FourChannelsOfATapShareALane(int taps, int channels, int columns)
    {
        var weights = Weights(taps, channels, columns);
        float[] scales = [.. Enumerable.Range(0, columns).Select(c =>
            Int8Reference.Scale([.. Enumerable.Range(0, weights.Rows).Select(row => At(weights, row, c))]))];
        var encoded = new Int8Weights(weights);
        Assert.Equal(scales, encoded.Scales);
        var packed = encoded.Values;
        int groupsOfTap = (channels + 3) / 4;
        Assert.Equal((columns + 15) / 16 * taps * groupsOfTap * 64, packed.Length);
        for (int i = 0; i < packed.Length; i++)
        {
            int group = i / 64 % (taps * groupsOfTap), channel = (group % groupsOfTap * 4) + (i % 4),
                column = (i / 64 / (taps * groupsOfTap) * 16) + (i % 64 / 4);
            bool padding = channel >= channels || column >= columns;
            Assert.Equal(padding ? 0 : Int8Reference.Quantize(At(weights, (group / groupsOfTap * channels) + channel, column),
                scales[column]), packed[i]);
        }
    }

    [Fact]
    public void GroupsOfAConvolutionAreCutFromItsOutputChannels()
    {
        // Weights [outputs 6, channels 2, taps 3], of which group 1 of 2 owns the outputs 3…5.
        var weights = Tensor.Create([.. Enumerable.Range(0, 36).Select(i => (float)i)], 6, 2, 3);
        var group = WeightMatrix.FromConv(weights, groups: 2, group: 1);
        Assert.Equal((3, 2, 3), (group.Taps, group.Channels, group.Columns));
        Assert.Equal(((((3 + 1) * 2) + 1) * 3) + 2, At(group, (2 * 2) + 1, 1));
        Assert.Equal([24, 27, 25, 28, 26, 29], Enumerable.Range(0, 6).Select(row => At(group, row, 1)));
    }

    private static WeightMatrix Weights(int taps, int channels, int columns)
    {
        var random = new Random(taps + channels + columns);
        float[] values = [.. Enumerable.Range(0, taps * channels * columns).Select(_ => (random.NextSingle() * 2) - 1)];
        return WeightMatrix.FromConv(Tensor.Create(values, columns, channels, taps), groups: 1, group: 0);
    }

    private static float At(WeightMatrix weights, int row, int column)
    {
        var weight = new float[1];
        if (row < weights.Rows && column < weights.Columns)
        {
            weights.Read(row, column, weight);
        }

        return weight[0];
    }
}

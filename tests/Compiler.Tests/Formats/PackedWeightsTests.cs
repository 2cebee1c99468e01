using MixPrec.Compiler.Formats;
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

    public static TheoryData<string> GroupFormats => [.. StorageFormat.All.OfType<GroupFormat>().Select(f => f.Id)];

    /// <summary>Columns whose weights are far larger or smaller, zero, or one number; depths that end in a word and in a group.</summary>
    [Theory]
    [MemberData(nameof(GroupFormats))]
    public void CodesLieInWordsBehindTheScalesOfTwoGroups(string id)
    {
        var format = (GroupFormat)StorageFormat.All.Single(f => f.Id == id);
        foreach (int depth in new[] { 1, 7, 33, 130, 300 })
        {
            const int Columns = 18;
            var random = new Random(depth);
            float[] size = [.. Enumerable.Range(0, Columns).Select(c => c switch { 3 => 1e-25f, 4 => 1e25f, 5 => 0, _ => 1 })];
            float[] w = [.. Enumerable.Range(0, depth * Columns).Select(i =>
                size[i % Columns] * (i % Columns == 6 ? 1.5f : (float)Math.Pow(random.NextDouble() - 0.5, 3)))];
            var weights = format.Encode(WeightMatrix.FromMatMul(Tensor.Create(w, depth, Columns)));
            var reference = new GroupReference(id, w);
            byte[] packed = weights.Packed.Single().Bytes.ToArray();
            var decoded = new float[w.Length];
            weights.Decode(decoded);
            int rows = reference.Rows ?? depth, bits = format.Code.Bits, together = 32 / bits;
            int PairBytes(int inPair) => 64 + ((inPair + together - 1) / together * 64);
            int rest = depth % (2 * rows);
            int panelBytes = (depth / (2 * rows) * PairBytes(2 * rows)) + (rest > 0 ? PairBytes(rest) : 0);
            Assert.Equal(2 * panelBytes, packed.Length);
            for (int i = 0; i < w.Length; i++)
            {
                var (row, column) = Math.DivRem(i, Columns);
                var (pair, inPair) = Math.DivRem(row, 2 * rows);
                int at = (column / 16 * panelBytes) + (pair * PairBytes(2 * rows));
                float stored = BitConverter.Int32BitsToSingle(
                    BitConverter.ToUInt16(packed, at + (column % 16 * 4) + (inPair / rows * 2)) << 16);
                float scale = reference.Scale([.. Enumerable.Range(row / rows * rows, rows).Where(r => r < depth)
                    .Select(r => w[(r * Columns) + column])]);
                Assert.Equal(scale, stored);
                uint word = BitConverter.ToUInt32(packed, at + 64 + (inPair / together * 64) + (column % 16 * 4));
                int inWord = inPair % together, code = (int)(word >> (bits * (bits == 4 ? inWord : 3 - inWord))) & ((1 << bits) - 1);
                Assert.Equal(reference.Round(w[i], scale), reference.Number(code));
                Assert.Equal(reference.Round(w[i], scale) * scale, decoded[i]);
            }
        }
    }

    [Fact]
    public void HalfPrecisionRoundsToNearestAndEndsAtItsLargest()
    {
        float[] w = [1e30f, -65520, 65504, 1 + (1 / 2048f), 1 + (3 / 2048f), 6e-8f, 2.9e-8f, -1e-5f];
        var encoded = Float16.Format.Encode(WeightMatrix.FromMatMul(Tensor.Create(w, w.Length, 1)));
        var decoded = new float[w.Length];
        encoded.Decode(decoded);
        Assert.Equal([65504, -65504, 65504, 1, 1 + (4 / 2048f), 1 / 16777216f, 0, -168 / 16777216f], decoded);
        Assert.Equal(decoded, Enumerable.Range(0, w.Length).Select(row =>
            (float)BitConverter.UInt16BitsToHalf(encoded.Packed.Single().Elements<ushort>()[(row / 2 * 32) + (row % 2)])));
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

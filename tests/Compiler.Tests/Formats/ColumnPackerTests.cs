using MixPrec.Compiler.Formats.Packing;
using MixPrec.Compiler.Graphs;
using Xunit;
using BF16 = MixPrec.Runtime.Kernels.BF16;

namespace MixPrec.Compiler.Tests.Formats;

/// <summary>Columns of weights against their description: element by element from the place in the file to the weight.</summary>
public sealed class ColumnPackerTests
{
    public static TheoryData<int, int> Sizes => new() { { 1, 1 }, { 5, 3 }, { 16, 2 }, { 17, 1 }, { 32, 4 }, { 33, 3 }, { 70, 2 } };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void FloatsLieInTheirOrder(int rows, int columns)
    {
        var weights = Weights(rows, columns);
        var packed = ColumnPacker.PackF32(weights).Elements<float>();
        int pitch = (rows + 31) / 32 * 32;
        Assert.Equal(columns * pitch, packed.Length);
        for (int i = 0; i < packed.Length; i++)
        {
            Assert.Equal(At(weights, i % pitch, i / pitch), packed[i]);
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void RowsSixteenApartShareAWord(int rows, int columns)
    {
        var weights = Weights(rows, columns);
        var packed = ColumnPacker.PackBF16(weights).Elements<ushort>();
        int pitch = (rows + 31) / 32 * 32;
        Assert.Equal(columns * pitch, packed.Length);
        for (int i = 0; i < packed.Length; i++)
        {
            int row = (i % pitch / 32 * 32) + (i % 32 / 2) + (i % 2 * 16);
            Assert.Equal(BF16.FromSingle(At(weights, row, i / pitch)).Bits, packed[i]);
        }
    }

    [Fact]
    public void NormsAreThoseOfColumns() =>
        Assert.Equal([5, 0], ColumnPacker.Norms(Matrix(2, 2, (row, column) => column == 1 ? 0 : row + 3)));

    private static WeightMatrix Weights(int rows, int columns) => Matrix(rows, columns, Weight);

    private static WeightMatrix Matrix(int rows, int columns, Func<int, int, float> weight) =>
        WeightMatrix.FromMatMul(Tensor.Create([.. Enumerable.Range(0, rows * columns).Select(i => weight(i / columns, i % columns))], rows,
            columns));

    private static float At(WeightMatrix weights, int row, int column) => row < weights.Rows ? Weight(row, column) : 0;

    private static float Weight(int row, int column) => 1 + row + (100 * column);
}

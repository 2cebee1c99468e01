using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Tests.Kernels;
using MixPrec.Runtime.Tests.Machine.Interpreter;

namespace MixPrec.Runtime.Tests.Machine;

/// <summary>u8 × s8: bytes of a row beyond the depth hold anything, weights there are zero.</summary>
internal sealed unsafe class ByteTileCase : TileCase
{
    private readonly GuardedBuffer<sbyte> weights;

    /// <param name="kernel">A row of bytes.</param>
    /// <param name="rows">Of the left operand.</param>
    /// <param name="columns">Of the weights.</param>
    /// <param name="depth">What is summed.</param>
    /// <param name="hasSmallSums">Whether sums are to have few digits.</param>
    public ByteTileCase(TileKernel kernel, int rows, int columns, Depth depth, bool hasSmallSums)
        : base(kernel, rows, columns, depth, PanelLayout.PaddedDepth(depth.Length), 1,
            (length, row) => Numbers.Bytes(length, hasSmallSums ? 5 : kernel.Needs == Exactness.Any ? 255 : 127, length + row))
    {
        var packed = Numbers.Weights(Panels * WeightRows * PanelLayout.Columns, columns, hasSmallSums ? 2 : 127);
        var used = Terms().Select(term => term.Weight).ToHashSet();
        for (int i = 0; i < packed.Length; i++)
        {
            if (!used.Contains(WeightRow(i)))
            {
                packed[i] = 0;
            }
        }

        weights = GuardedBuffer<sbyte>.From(packed);
    }

    public override void Dispose()
    {
        base.Dispose();
        weights.Dispose();
    }

    public override Tile Create(TileKernel kernel) =>
        Tile.OfBytes(kernel, kernel.Needs, weights.Address, PanelLayout.ByteGroups(WeightRows));

    protected override void AllowWeights(MemoryMap memory, int first)
    {
        for (int panel = 0; panel < Panels; panel++)
        {
            memory.AllowReading(weights.Address + (((panel * WeightRows) + first) * PanelLayout.Columns), Run * PanelLayout.Columns);
        }
    }

    protected override uint Sum(int row, int column)
    {
        int sum = 0;
        foreach (var (element, weight) in Terms())
        {
            sum += Row(row)[element] * weights.Span[(column / 16 * WeightRows * 16) + (weight / 4 * 64) + (column % 16 * 4) + (weight % 4)];
        }

        return (uint)sum;
    }

    private int WeightRow(int index) => (index % (WeightRows * 16) / 64 * 4) + (index % 4);
}

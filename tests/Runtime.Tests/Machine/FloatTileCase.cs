using System.Runtime.InteropServices;
using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Tests.Kernels;
using MixPrec.Runtime.Tests.Machine.Interpreter;

namespace MixPrec.Runtime.Tests.Machine;

/// <summary>fp32, the weights in panels or as a plain matrix: fused multiply-adds in the order of the depth.</summary>
internal sealed unsafe class FloatTileCase : TileCase
{
    private readonly GuardedBuffer<float> weights;
    private readonly bool isRowMajor;

    /// <summary>From row to row of a plain matrix: no multiple of a register.</summary>
    private readonly int pitch;

    /// <param name="kernel">A row of floats.</param>
    /// <param name="rows">Of the left operand.</param>
    /// <param name="columns">Of the weights.</param>
    /// <param name="depth">What is summed.</param>
    /// <param name="isRowMajor">Whether weights are a plain matrix.</param>
    /// <param name="unit">Sums are to be small multiples of it; 0: any numbers.</param>
    public FloatTileCase(TileKernel kernel, int rows, int columns, Depth depth, bool isRowMajor, float unit)
        : base(kernel, rows, columns, depth, depth.Length, sizeof(float),
            (length, row) => MemoryMarshal.AsBytes(Values(length, length + row, unit == 0 ? 0 : 3, 1).AsSpan()).ToArray())
    {
        this.isRowMajor = isRowMajor;
        pitch = Written + 3;
        weights = GuardedBuffer<float>.From(Values(
            isRowMajor ? Math.Max((WeightRows * pitch) - 3, 0) : Panels * WeightRows * PanelLayout.Columns, columns,
            unit == 0 ? 0 : 2, unit));
    }

    protected override bool Fetches => base.Fetches && !isRowMajor;

    public override void Dispose()
    {
        base.Dispose();
        weights.Dispose();
    }

    public override Tile Create(TileKernel kernel) => isRowMajor
        ? new(kernel, weights.Address, PanelLayout.RowBytes, pitch * sizeof(float))
        : new(kernel, weights.Address, PanelLayout.PanelBytesF32(WeightRows));

    protected override void AllowWeights(MemoryMap memory, int first)
    {
        for (int row = first; row < first + Run; row++)
        {
            for (int column = 0; column < Written; column += PanelLayout.Columns)
            {
                int columns = isRowMajor ? Math.Min(PanelLayout.Columns, Written - column) : PanelLayout.Columns;
                memory.AllowReading(weights.Address + Index(row, column), columns * sizeof(float));
            }
        }
    }

    protected override uint Sum(int row, int column)
    {
        float sum = 0;
        foreach (var (element, weight) in Terms())
        {
            float x = BitConverter.ToSingle(Row(row)[(element * sizeof(float))..]);
            sum = MathF.FusedMultiplyAdd(x, weights.Span[Index(weight, column)], sum);
        }

        return BitConverter.SingleToUInt32Bits(sum);
    }

    private int Index(int row, int column) => isRowMajor
        ? (row * pitch) + column
        : (column / 16 * WeightRows * 16) + (row * 16) + (column % 16);

    /// <summary>Multiples of <paramref name="unit"/> up to <paramref name="most"/>, or with 0 any numbers.</summary>
    private static float[] Values(int length, int seed, int most, float unit) =>
        [.. Numbers.Floats(length, seed).Select(value => most == 0 ? value : MathF.Round(value * most) * unit)];
}

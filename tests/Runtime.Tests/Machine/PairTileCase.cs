using System.Runtime.InteropServices;
using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Tests.Kernels;
using MixPrec.Runtime.Tests.Machine.Interpreter;

namespace MixPrec.Runtime.Tests.Machine;

/// <summary>bfloat16 on both sides: depths count bytes, of which four are a pair.</summary>
internal sealed unsafe class PairTileCase : TileCase
{
    private readonly GuardedBuffer<uint> weights;

    /// <param name="kernel">A row of pairs.</param>
    /// <param name="rows">Of the left operand.</param>
    /// <param name="columns">Of the weights.</param>
    /// <param name="depth">What is summed.</param>
    /// <param name="unit">A bfloat16 that sums are to be small multiples of; 0: any numbers.</param>
    public PairTileCase(TileKernel kernel, int rows, int columns, Depth depth, float unit)
        : base(kernel, rows, columns, depth, PanelLayout.PaddedDepth(depth.Length), 1,
            (length, row) => MemoryMarshal.AsBytes(Values(length / 2, length + row, unit == 0 ? 0 : 3, 1).AsSpan()).ToArray()) =>
        weights = GuardedBuffer<uint>.From(MemoryMarshal.Cast<ushort, uint>(
            Values(Panels * WeightRows * PanelLayout.Columns / 2, columns + BitConverter.SingleToInt32Bits(unit), unit == 0 ? 0 : 2,
                unit)));

    public override void Dispose()
    {
        base.Dispose();
        weights.Dispose();
    }

    public override Tile Create(TileKernel kernel) =>
        new(kernel, weights.Address, PanelLayout.PanelBytesS8(PanelLayout.ByteGroups(WeightRows)));

    protected override void AllowWeights(MemoryMap memory, int first)
    {
        for (int panel = 0; panel < Panels; panel++)
        {
            memory.AllowReading((byte*)weights.Address + (((panel * WeightRows) + first) * PanelLayout.Columns), Run * PanelLayout.Columns);
        }
    }

    protected override uint Sum(int row, int column)
    {
        float sum = 0;
        foreach (var (element, weight) in Terms().Where(term => term.Element % PanelLayout.ByteGroup == 0))
        {
            uint x = BitConverter.ToUInt32(Row(row)[element..]);
            uint w = weights.Span[((((column / 16 * WeightRows) + weight) / PanelLayout.ByteGroup) * 16) + (column % 16)];
            sum = MathF.FusedMultiplyAdd(Half(x >> 16), Half(w >> 16), sum);
            sum = MathF.FusedMultiplyAdd(Half(x), Half(w), sum);
        }

        return BitConverter.SingleToUInt32Bits(sum);
    }

    private static float Half(uint bits) => BitConverter.UInt32BitsToSingle(bits << 16);

    /// <summary>As bfloat16: multiples of <paramref name="unit"/> up to <paramref name="most"/>, or with 0 any numbers.</summary>
    private static ushort[] Values(int length, int seed, int most, float unit) =>
        [.. Numbers.Floats(length, seed).Select(value =>
            BF16.FromSingle(most == 0 ? value : MathF.Round(value * most) * unit).Bits)];
}

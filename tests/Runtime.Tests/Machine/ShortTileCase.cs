using System.Runtime.InteropServices;
using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Tests.Kernels;
using MixPrec.Runtime.Tests.Machine.Interpreter;

namespace MixPrec.Runtime.Tests.Machine;

/// <summary>Integers of 16 bits on both sides: depths count bytes, of which four are a pair; each outer step has sums of its own.</summary>
internal sealed unsafe class ShortTileCase : TileCase
{
    private readonly GuardedBuffer<uint> weights;

    /// <param name="kernel">A row of pairs.</param>
    /// <param name="rows">Of the left operand.</param>
    /// <param name="columns">Of the weights.</param>
    /// <param name="depth">What is summed.</param>
    public ShortTileCase(TileKernel kernel, int rows, int columns, Depth depth)
        : base(kernel, rows, columns, depth, PanelLayout.PaddedDepth(depth.Length), 1, (length, row) => Values(length, length + row)) =>
        weights = GuardedBuffer<uint>.From(MemoryMarshal.Cast<byte, uint>(Values(Panels * WeightRows * PanelLayout.Columns, columns)));

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
        int sum = 0;
        foreach (var (element, weight) in Terms().Where(term => term.Element % PanelLayout.ByteGroup == 0))
        {
            uint x = BitConverter.ToUInt32(Row(row)[element..]);
            uint w = weights.Span[((((column / 16 * WeightRows) + weight) / PanelLayout.ByteGroup) * 16) + (column % 16)];
            sum += ((short)x * (short)w) + ((short)(x >> 16) * (short)(w >> 16));
        }

        return (uint)sum;
    }

    /// <summary>Any numbers of 16 bits, whose sums may wrap around.</summary>
    private static byte[] Values(int length, int seed)
    {
        var values = new byte[length];
        new Random(seed).NextBytes(values);
        return values;
    }
}

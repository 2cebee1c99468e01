using System.Runtime.InteropServices;
using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Tests.Kernels;
using MixPrec.Runtime.Tests.Machine.Interpreter;

namespace MixPrec.Runtime.Tests.Machine;

/// <summary>fp32 with weights in pairs of bfloat16.</summary>
internal sealed unsafe class BF16TileCase : TileCase
{
    private readonly GuardedBuffer<ushort> weights;

    public BF16TileCase(TileKernel kernel, int rows, int columns, Depth depth)
        : base(kernel, rows, columns, depth, depth.Length, sizeof(float), (length, row) => Values(length, row)) =>
        weights = GuardedBuffer<ushort>.From([.. Numbers.BFloats(Panels * Pairs * 32, columns)
            .Select(value => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16))]);

    private int Pairs => (WeightRows + 1) / 2;

    public override void Dispose()
    {
        base.Dispose();
        weights.Dispose();
    }

    public override Tile Create(TileKernel kernel) => new(kernel, weights.Address, PanelLayout.PanelBytesBF16(WeightRows));

    protected override void AllowWeights(MemoryMap memory, int first)
    {
        for (int panel = 0; panel < Panels; panel++)
        {
            memory.AllowReading(weights.Address + (((panel * Pairs) + (first / 2)) * 32), (Run + 1) / 2 * PanelLayout.RowBytes);
        }
    }

    protected override uint Sum(int row, int column)
    {
        float sum = 0;
        foreach (var (element, weight) in Terms())
        {
            ushort half = weights.Span[(((column / 16 * Pairs) + (weight / 2)) * 32) + (column % 16 * 2) + (weight % 2)];
            float x = BitConverter.ToSingle(Row(row)[(element * sizeof(float))..]);
            sum = MathF.FusedMultiplyAdd(x, BitConverter.UInt32BitsToSingle((uint)half << 16), sum);
        }

        return BitConverter.SingleToUInt32Bits(sum);
    }

    private static byte[] Values(int length, int row) => MemoryMarshal.AsBytes(Numbers.Floats(length, length + row).AsSpan()).ToArray();
}

using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Tests.Kernels;
using MixPrec.Runtime.Tests.Machine.Interpreter;

namespace MixPrec.Runtime.Tests.Machine;

/// <summary>
/// The sums of the 36 points of some tiles, of made-up pixels and filters, modulo 2³²; expected are the sums of the convolution by its
/// definition.
/// </summary>
internal sealed unsafe class LargeTileSums : IFinishedSums
{
    private const int Columns = PanelLayout.Columns, Results = LargeTile.Outputs * LargeTile.Outputs;

    private readonly GuardedBuffer<int>[] points;
    private readonly int[] expected;
    private readonly int high, wide;

    /// <param name="tiles">One after another.</param>
    /// <param name="high">Rows of results that are written.</param>
    /// <param name="wide">Columns of results that are written.</param>
    /// <param name="seed">Of the numbers.</param>
    /// <param name="areSmall">Whether sums are to be small; otherwise those of points leave 32 bits.</param>
    public LargeTileSums(int tiles, int high, int wide, int seed, bool areSmall)
    {
        (this.high, this.wide) = (high, wide);
        points = [.. Enumerable.Range(0, tiles)
            .Select(_ => new GuardedBuffer<int>(((LargeTile.Points - 1) * LargeTileOutputs.Pitch) + Columns))];
        expected = new int[tiles * Results * Columns];
        var random = new Random(seed);
        int channels = areSmall ? 1 : 64;
        Array.ForEach(points, tile => tile.Span.Fill(unchecked((int)0xA5A5A5A5)));
        for (int tile = 0; tile < tiles; tile++)
        {
            int[][,] pixels = [.. Enumerable.Range(0, channels).Select(_ =>
                LargeTileDefinition.Made(LargeTile.Pixels, () => random.Next(areSmall ? 8 : 256)))];
            for (int column = 0; column < Columns; column++)
            {
                int[][,] filters = [.. Enumerable.Range(0, channels).Select(_ =>
                    LargeTileDefinition.Made(3, () => areSmall ? random.Next(-4, 5) : random.Next(-128, 128)))];
                for (int point = 0; point < LargeTile.Points; point++)
                {
                    points[tile].Span[(point * LargeTileOutputs.Pitch) + column] = 0;
                }

                for (int channel = 0; channel < channels; channel++)
                {
                    Accumulate(tile, column, pixels[channel], filters[channel]);
                }
            }
        }
    }

    public int Rows => points.Length * Results;

    public uint Expected(int row, int column) => (uint)expected[(row * Columns) + column];

    public bool IsWritten(int row) => row % Results / LargeTile.Outputs < high && row % LargeTile.Outputs < wide;

    public void Allow(MemoryMap memory, TileCall* call)
    {
        memory.AllowReading(call, sizeof(TileCall));
        memory.AllowWriting(&call->Tiles, sizeof(nint));
        memory.AllowWriting(&call->Outputs, sizeof(nint));
        memory.AllowReading(call->Lhs, points.Length * sizeof(nint));
        memory.AllowReading(call->Outputs, Rows * sizeof(nint));
        foreach (var tile in points)
        {
            for (int point = 0; point < LargeTile.Points; point++)
            {
                memory.AllowReading(tile.Address + (point * LargeTileOutputs.Pitch), Columns * sizeof(int));
            }
        }
    }

    public void Run(TileKernel kernel, EpilogueForm form, TileCall* call, nint* outputs)
    {
        byte** sums = stackalloc byte*[points.Length];
        for (int tile = 0; tile < points.Length; tile++)
        {
            sums[tile] = (byte*)points[tile].Address;
        }

        kernel.LargeTiles!.Outputs(form, call, sums, outputs, points.Length, high, wide);
    }

    public void Dispose() => Array.ForEach(points, tile => tile.Dispose());

    private void Accumulate(int tile, int column, int[,] pixels, int[,] filter)
    {
        int[,] x = LargeTileDefinition.Pixels(pixels), w = LargeTileDefinition.Filters(filter);
        for (int point = 0; point < LargeTile.Points; point++)
        {
            ref int sum = ref points[tile].Span[(point * LargeTileOutputs.Pitch) + column];
            sum = unchecked(sum + (x[point / 6, point % 6] * w[point / 6, point % 6]));
        }

        for (int result = 0; result < Results; result++)
        {
            for (int tap = 0; tap < 9; tap++)
            {
                expected[(((tile * Results) + result) * Columns) + column] +=
                    pixels[(result / 4) + (tap / 3), (result % 4) + (tap % 3)] * filter[tap / 3, tap % 3];
            }
        }
    }
}

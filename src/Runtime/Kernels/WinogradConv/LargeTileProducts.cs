using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Threads;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// The 36 products of tiles, and their outputs with the epilogue of every product of bytes. Runs of columns by runs of tiles are shared out
/// among the items, of which those that run on one thread use one slot for the weights.
/// </summary>
/// <param name="kernel">Computes the sums.</param>
/// <param name="weights">Filters.</param>
/// <param name="pixels">See <see cref="LargeTilePixels"/>.</param>
/// <param name="tiles">All tiles.</param>
/// <param name="channels">Of the input, in whole groups of four.</param>
/// <param name="outputs">Channels of the output.</param>
/// <param name="origin">The tile whose pixels come first.</param>
/// <param name="count">Tiles.</param>
/// <param name="epilogue">From exact sums to values.</param>
/// <param name="activation">Of the results.</param>
/// <param name="store">Where they go.</param>
internal readonly unsafe struct LargeTileProducts<TActivation, TStore>(
    TileKernel kernel, LargeTileWeights weights, short* pixels, WinogradTiles tiles, int channels, int outputs, int origin, int count,
    DequantizeAddBias epilogue, TActivation activation, TStore store) : ISplitCode
    where TActivation : struct, IUnaryFunction
    where TStore : struct, IStore
{
    private const int Pitch = LargeTileOutputs.Pitch, Point = LargeTileOutputs.Point;

    /// <summary>Tiles of a call, so few that the sums of all points stay in the first-level cache.</summary>
    private const int MostRows = 6;

    private readonly int tileRuns = (count + Math.Min(kernel.Rows, MostRows) - 1) / Math.Min(kernel.Rows, MostRows);

    public int Items => Math.Min(LargeTileWeights.Slots, Runs);

    /// <summary>Multiply-adds of an item, in those of single precision.</summary>
    public long Work => (long)LargeTile.Points * count * channels * outputs / (2 * Items);

    private int Runs => (outputs + LargeTile.RunColumns - 1) / LargeTile.RunColumns * tileRuns;

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Run<V>(int begin, int end)
        where V : struct, IVectorF32<V>
    {
        int* sums = stackalloc int[LargeTile.Points * Point], results = stackalloc int[LargeTile.Outputs * LargeTile.Outputs * Pitch];
        byte** lhs = stackalloc byte*[Tile.MaxRows];
        nint* places = stackalloc nint[LargeTile.Outputs * LargeTile.Outputs];
        short* slot = weights.Slot(begin);
        nint panelBytes = PanelLayout.PanelBytesBF16(channels), tileBytes = (nint)LargeTile.Pitch(channels) * sizeof(short);

        // Points are outer steps. A row of weights is a byte of pixels.
        int depth = channels * sizeof(short), step = weights.Point * sizeof(short) / PanelLayout.Columns;
        int made = -1, runs = Runs, items = Items;
        for (int run = (int)((long)runs * begin / items), last = (int)((long)runs * end / items); run < last; run++)
        {
            // Runs of tiles of nearly equal height.
            var (columnRun, tileRun) = Math.DivRem(run, tileRuns);
            int first = (int)((long)count * tileRun / tileRuns), rows = (int)((long)count * (tileRun + 1) / tileRuns) - first;
            int column = columnRun * LargeTile.RunColumns, columns = Math.Min(LargeTile.RunColumns, outputs - column);
            if (columnRun != made)
            {
                weights.Transform<V>(column / PanelLayout.Columns, PanelLayout.Panels(columns), slot);
                made = columnRun;
            }

            for (int r = 0; r < rows; r++)
            {
                lhs[r] = (byte*)pixels + ((first + r) * tileBytes);
            }

            new Tile(kernel, slot, panelBytes) { RunPitch = Point }
                .Sum(lhs, rows, 0, columns, new Depth(depth, Outer: LargeTile.Points, OuterLhs: depth, OuterRhs: step), sums, Pitch);
            var place = tiles.Locate(origin + first);
            for (int r = 0; r < rows; r++, tiles.Step(ref place))
            {
                int high = Math.Min(LargeTile.Outputs, tiles.OutH - place.Row);
                int wide = Math.Min(LargeTile.Outputs, tiles.OutW - place.Column);
                LargeTileOutputs.Join<V>(sums + (r * Pitch), high, wide, columns, results);
                Locate(place, high, wide, places);
                Product.Finish<V, DequantizeAddBias, TActivation, TStore>(
                    (float*)results, Pitch, high * wide, columns, places, column, epilogue, activation, store, 0);
            }
        }
    }

    /// <summary>The rows of the target that the results of a tile go to.</summary>
    private void Locate(in WinogradPlace tile, int high, int wide, nint* places)
    {
        nint line = ((((nint)tile.Image * tiles.OutH) + tile.Row) * tiles.OutW) + tile.Column;
        for (int i = 0; i < high; i++, line += tiles.OutW)
        {
            for (int j = 0; j < wide; j++)
            {
                *places++ = line + j;
            }
        }
    }
}

using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// Tiles of bytes: their pixels, their 36 products, and their outputs with the epilogue of every product of bytes.
/// </summary>
/// <param name="kernel">Computes the sums.</param>
/// <param name="pixels">Transforms them.</param>
/// <param name="weights">Filters.</param>
/// <param name="scratch">Slots as long as <see cref="LargeTile.SlotLength"/> says.</param>
/// <param name="tiles">All tiles.</param>
/// <param name="channels">Of the input, in whole groups of four.</param>
/// <param name="outputs">Channels of the output.</param>
/// <param name="epilogue">From exact sums to values.</param>
/// <param name="activation">Of the results.</param>
/// <param name="store">Where they go.</param>
internal readonly unsafe struct LargeTilePart<TActivation, TStore>(
    TileKernel kernel, LargeTilePixels pixels, LargeTileWeights weights, short* scratch, WinogradTiles tiles, int channels, int outputs,
    DequantizeAddBias epilogue, TActivation activation, TStore store) : IWinogradPart
    where TActivation : struct, IUnaryFunction
    where TStore : struct, IStore
{
    private const int Pitch = LargeTileOutputs.Pitch, Point = LargeTileOutputs.Point;

    /// <summary>Tiles of a call, so few that the sums of all points stay in the first-level cache.</summary>
    private const int MostRows = 6;

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Run<V>(int slot, int first, int count)
        where V : struct, IVectorF32<V>
    {
        int* sums = stackalloc int[LargeTile.Points * Point], results = stackalloc int[LargeTile.Outputs * LargeTile.Outputs * Pitch];
        byte** lhs = stackalloc byte*[Tile.MaxRows];
        nint* places = stackalloc nint[LargeTile.Outputs * LargeTile.Outputs];
        short* transformed = scratch + ((nint)slot * LargeTile.SlotLength(channels));
        short* filters = transformed + LargeTile.PixelsLength(channels);
        pixels.Run<V>(first, count, transformed);
        nint panelBytes = PanelLayout.PanelBytesBF16(channels), tileBytes = (nint)LargeTile.Pitch(channels) * sizeof(short);

        // Points are outer steps. A row of weights is a byte of pixels.
        int depth = channels * sizeof(short), step = weights.Point * sizeof(short) / PanelLayout.Columns;
        int most = Math.Min(kernel.Rows, MostRows), runs = (count + most - 1) / most;
        for (int column = 0; column < outputs; column += LargeTile.RunColumns)
        {
            int columns = Math.Min(LargeTile.RunColumns, outputs - column);
            weights.Transform<V>(column / PanelLayout.Columns, PanelLayout.Panels(columns), filters);
            for (int run = 0; run < runs; run++)
            {
                // Runs of tiles of nearly equal height.
                int begin = (int)((long)count * run / runs), rows = (int)((long)count * (run + 1) / runs) - begin;
                for (int r = 0; r < rows; r++)
                {
                    lhs[r] = (byte*)transformed + ((begin + r) * tileBytes);
                }

                new Tile(kernel, filters, panelBytes) { RunPitch = Point }
                    .Sum(lhs, rows, 0, columns, new Depth(depth, Outer: LargeTile.Points, OuterLhs: depth, OuterRhs: step), sums, Pitch);
                var place = tiles.Locate(first + begin);
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

using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>Tiles of floats: their pixels, their 16 products, and their outputs with bias, activation and store.</summary>
/// <param name="kernel">Computes the sums.</param>
/// <param name="pixels">Transforms them.</param>
/// <param name="weights">Filters.</param>
/// <param name="scratch">Slots.</param>
/// <param name="slotLength">Floats of each.</param>
/// <param name="atOnce">Tiles at most.</param>
/// <param name="tiles">All tiles.</param>
/// <param name="channels">Of the input.</param>
/// <param name="outputs">Channels of the output.</param>
/// <param name="epilogue">Bias.</param>
/// <param name="activation">Of the results.</param>
/// <param name="store">Where they go.</param>
internal readonly unsafe struct WinogradPart<TActivation, TStore>(
    TileKernel kernel, WinogradPixels pixels, WinogradWeights weights, float* scratch, int slotLength, int atOnce, WinogradTiles tiles,
    int channels, int outputs, AddBias epilogue, TActivation activation, TStore store) : IWinogradPart
    where TActivation : struct, IUnaryFunction
    where TStore : struct, IStore
{
    private const int Pitch = WinogradOutputs.Pitch;

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Run<V>(int slot, int first, int count)
        where V : struct, IVectorF32<V>
    {
        float* sums = stackalloc float[WinogradTile.Points * Tile.MaxRows * Pitch];
        byte** lhs = stackalloc byte*[Tile.MaxRows];
        float* transformed = scratch + ((nint)slot * slotLength), filters = transformed + ((nint)atOnce * WinogradTile.Pitch(channels));
        pixels.Run<V>(first, count, transformed);
        nint panelBytes = PanelLayout.PanelBytesF32(channels), pointBytes = (nint)weights.Point * sizeof(float);
        nint tileBytes = (nint)WinogradTile.Pitch(channels) * sizeof(float);
        var depth = new Depth(channels);
        int width = weights.Panels * PanelLayout.Columns, runs = (count + kernel.Rows - 1) / kernel.Rows;
        for (int column = 0; column < outputs; column += width)
        {
            int columns = Math.Min(width, outputs - column);
            weights.Transform<V>(column / PanelLayout.Columns, PanelLayout.Panels(columns), filters);
            for (int run = 0; run < runs; run++)
            {
                // Runs of tiles of nearly equal height.
                int begin = (int)((long)count * run / runs), rows = (int)((long)count * (run + 1) / runs) - begin;
                for (int point = 0; point < WinogradTile.Points; point++)
                {
                    byte* row = (byte*)transformed + (begin * tileBytes) + ((nint)point * channels * sizeof(float));
                    for (int r = 0; r < rows; r++, row += tileBytes)
                    {
                        lhs[r] = row;
                    }

                    new Tile(kernel, (byte*)filters + (point * pointBytes), panelBytes)
                        .Sum(lhs, rows, 0, columns, depth, sums + (point * Tile.MaxRows * Pitch), Pitch);
                }

                int whole = columns - (columns % V.Count);
                var place = tiles.Locate(first + begin);
                for (int r = 0; r < rows; r++, tiles.Step(ref place))
                {
                    Finish<V>(sums + (r * Pitch), place, column, whole);
                }

                if (whole < columns)
                {
                    Rest<V>(sums + whole, first + begin, rows, column + whole, columns - whole);
                }
            }
        }
    }

    /// <summary>Whole registers of columns.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Finish<V>(float* sums, in WinogradPlace tile, int column, int columns)
        where V : struct, IVectorF32<V>
    {
        nint output = ((((nint)tile.Image * tiles.OutH) + tile.Row) * tiles.OutW) + tile.Column;
        bool below = tile.Row + 1 < tiles.OutH, right = tile.Column + 1 < tiles.OutW;
        for (int end = column + columns; column < end; column += V.Count, sums += V.Count)
        {
            var results = WinogradOutputs.Join<V>(sums);
            var bias = epilogue.Term<V>(column, V.Count);
            Put(results.First + bias, output, column);
            if (right)
            {
                Put(results.Second + bias, output + 1, column);
            }

            if (below)
            {
                Put(results.Third + bias, output + tiles.OutW, column);
                if (right)
                {
                    Put(results.Fourth + bias, output + tiles.OutW + 1, column);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Put<V>(V value, nint output, int column)
        where V : struct, IVectorF32<V> => store.Write(activation.Invoke(value), output, column, V.Count);

    /// <summary>
    /// Less than a register of columns, which most layers do not have: compiled apart, with the epilogue of every product.
    /// </summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Rest<V>(float* sums, int first, int rows, int column, int columns)
        where V : struct, IVectorF32<V>
    {
        float* results = stackalloc float[Tile.MaxRows * WinogradOutputs.OfTile * Pitch];
        nint* places = stackalloc nint[Tile.MaxRows * WinogradOutputs.OfTile];
        WinogradOutputs.Join<V>(sums, rows, results);
        WinogradOutputs.Locate(tiles, first, rows, places);
        Product.Finish<V, AddBias, TActivation, TStore>(
            results, Pitch, rows * WinogradOutputs.OfTile, columns, places, column, epilogue, activation, store, 0);
    }
}

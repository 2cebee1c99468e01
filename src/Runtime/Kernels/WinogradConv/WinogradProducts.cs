using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Threads;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// The 16 products of tiles, and their outputs with bias, activation and store. Runs of columns by runs of tiles are shared out
/// among the items, of which those that run on one thread use one slot for the weights.
/// </summary>
/// <param name="kernel">Computes the sums.</param>
/// <param name="weights">Filters.</param>
/// <param name="pixels">See <see cref="WinogradPixels"/>.</param>
/// <param name="tiles">All tiles.</param>
/// <param name="channels">Of the input.</param>
/// <param name="outputs">Channels of the output.</param>
/// <param name="origin">The tile whose pixels come first.</param>
/// <param name="count">Tiles.</param>
/// <param name="epilogue">Bias.</param>
/// <param name="activation">Of the results.</param>
/// <param name="store">Where they go.</param>
internal readonly unsafe struct WinogradProducts<TActivation, TStore>(
    TileKernel kernel, WinogradWeights weights, float* pixels, WinogradTiles tiles, int channels, int outputs, int origin, int count,
    AddBias epilogue, TActivation activation, TStore store) : ISplitCode
    where TActivation : struct, IUnaryFunction
    where TStore : struct, IStore
{
    private const int Pitch = WinogradOutputs.Pitch;

    private readonly int width = weights.Panels * PanelLayout.Columns;
    private readonly int tileRuns = (count + kernel.Rows - 1) / kernel.Rows;

    public int Items => Math.Min(WinogradWeights.Slots, Runs);

    /// <summary>Multiply-adds of an item.</summary>
    public long Work => (long)WinogradTile.Points * count * channels * outputs / Items;

    private int Runs => (outputs + width - 1) / width * tileRuns;

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Run<V>(int begin, int end)
        where V : struct, IVectorF32<V>
    {
        float* sums = stackalloc float[WinogradTile.Points * Tile.MaxRows * Pitch];
        byte** lhs = stackalloc byte*[Tile.MaxRows];
        float* slot = weights.Slot(begin);
        nint panelBytes = PanelLayout.PanelBytesF32(channels), pointBytes = (nint)weights.Point * sizeof(float);
        nint tileBytes = (nint)WinogradTile.Pitch(channels) * sizeof(float);
        var depth = new Depth(channels);
        int made = -1, runs = Runs, items = Items;
        for (int run = (int)((long)runs * begin / items), last = (int)((long)runs * end / items); run < last; run++)
        {
            // Runs of tiles of nearly equal height.
            var (columnRun, tileRun) = Math.DivRem(run, tileRuns);
            int first = (int)((long)count * tileRun / tileRuns), rows = (int)((long)count * (tileRun + 1) / tileRuns) - first;
            int column = columnRun * width, columns = Math.Min(width, outputs - column);
            if (columnRun != made)
            {
                weights.Transform<V>(column / PanelLayout.Columns, PanelLayout.Panels(columns), slot);
                made = columnRun;
            }

            for (int point = 0; point < WinogradTile.Points; point++)
            {
                byte* row = (byte*)pixels + (first * tileBytes) + ((nint)point * channels * sizeof(float));
                for (int r = 0; r < rows; r++, row += tileBytes)
                {
                    lhs[r] = row;
                }

                new Tile(kernel, (byte*)slot + (point * pointBytes), panelBytes)
                    .Sum(lhs, rows, 0, columns, depth, sums + (point * Tile.MaxRows * Pitch), Pitch);
            }

            int whole = columns - (columns % V.Count);
            var place = tiles.Locate(origin + first);
            for (int r = 0; r < rows; r++, tiles.Step(ref place))
            {
                Finish<V>(sums + (r * Pitch), place, column, whole);
            }

            if (whole < columns)
            {
                Rest<V>(sums + whole, origin + first, rows, column + whole, columns - whole);
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

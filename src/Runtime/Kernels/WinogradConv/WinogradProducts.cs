using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Threads;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// The 16 products of tiles, and Aᵀ·m·A of their sums m with bias, activation and store. Runs of columns by runs of tiles are shared out
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
    /// <summary>Sums from row to row: the columns of a call.</summary>
    private const int Pitch = 2 * PanelLayout.Columns;

    private readonly int width = weights.Panels * PanelLayout.Columns;
    private readonly int tileRuns = (count + kernel.Rows - 1) / kernel.Rows;

    public int Items => Math.Min(WinogradWeights.Slots, Runs);

    /// <summary>Multiply-adds of an item.</summary>
    public long Work => (long)WinogradTile.Points * count * channels * outputs / Items;

    private int Runs => (outputs + width - 1) / width * tileRuns;

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
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

            for (int r = 0; r < rows; r++)
            {
                Finish<V>(sums + (r * Pitch), origin + first + r, column, columns);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Finish<V>(float* sums, int tile, int column, int columns)
        where V : struct, IVectorF32<V>
    {
        var (image, row, left) = tiles.Locate(tile);
        nint output = ((((nint)image * tiles.OutH) + row) * tiles.OutW) + left;
        bool below = row + 1 < tiles.OutH, right = left + 1 < tiles.OutW;
        for (int c = 0; c < columns; c += V.Count)
        {
            int n = Math.Min(V.Count, columns - c);
            var (a0, a1) = Line<V>(sums + c, 0);
            var (b0, b1) = Line<V>(sums + c, 1);
            var (c0, c1) = Line<V>(sums + c, 2);
            var (d0, d1) = Line<V>(sums + c, 3);
            var bias = epilogue.Term<V>(column + c, n);
            Put(a0 + b0 + c0 + bias, output, column + c, n);
            if (right)
            {
                Put(a1 + b1 + c1 + bias, output + 1, column + c, n);
            }

            if (below)
            {
                Put(b0 - c0 - d0 + bias, output + tiles.OutW, column + c, n);
                if (right)
                {
                    Put(b1 - c1 - d1 + bias, output + tiles.OutW + 1, column + c, n);
                }
            }
        }
    }

    /// <summary>A row of sums to two columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (V First, V Second) Line<V>(float* sums, int row)
        where V : struct, IVectorF32<V>
    {
        const int Point = Tile.MaxRows * Pitch;
        float* line = sums + (row * WinogradTile.Pixels * Point);
        V first = V.Load(line), second = V.Load(line + Point), third = V.Load(line + (2 * Point)), fourth = V.Load(line + (3 * Point));
        return (first + second + third, second - third - fourth);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Put<V>(V value, nint output, int column, int n)
        where V : struct, IVectorF32<V> => store.Write(activation.Invoke(value), output, column, n);
}

using System.Runtime.CompilerServices;
using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Threads;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// y = store(activation(epilogue(Σ lhs · weights))) over rows and columns: the loop around the tiles that Gemm and Conv share.
/// </summary>
internal static unsafe class Product
{
    /// <summary>
    /// Left rows are taken in blocks of about this many bytes, so that they are still in the second-level cache when the next columns want
    /// them.
    /// </summary>
    private const int BlockBytes = 256 * 1024;

    /// <summary>Rows and columns are split among the threads of the session, the depth never: each sum has one order.</summary>
    /// <param name="tile">What computes the sums.</param>
    /// <param name="depth">What is summed.</param>
    /// <param name="rowBytes">Bytes of one row of the left operand that the depth covers.</param>
    /// <param name="source">Where the rows are.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="begin">First column; a multiple of 16.</param>
    /// <param name="end">Column after the last.</param>
    /// <param name="epilogue">Bias, scale.</param>
    /// <param name="activation">Function applied to each result.</param>
    /// <param name="store">Where results go.</param>
    /// <param name="firstColumn">Column of the store for column 0.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run<V, TSource, TEpilogue, TActivation, TStore>(
        in Tile tile, in Depth depth, nint rowBytes, TSource source, int rows, int begin, int end,
        TEpilogue epilogue, TActivation activation, TStore store, int firstColumn)
        where V : struct, IVectorF32<V>
        where TSource : struct, IRowSource
        where TEpilogue : struct, IEpilogue
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore
    {
        if (ThreadTeam.Current is { } team)
        {
            var grid = ProductGrid.Choose(team, tile, depth, TEpilogue.ElementBytes, rows, end - begin);
            if (grid.Count > 1)
            {
                Part.Run<ProductParts<TSource, TEpilogue, TActivation, TStore>, V>(
                    new(grid, tile, depth, rowBytes, source, rows, begin, end, epilogue, activation, store, firstColumn),
                    grid.Count, grid.Work);
                return;
            }
        }

        Rectangle<V, TSource, TEpilogue, TActivation, TStore>(
            tile, depth, rowBytes, source, 0, rows, begin, end, epilogue, activation, store, firstColumn);
    }

    /// <summary>Rows from first … rowsEnd - 1 and columns begin … end - 1, on this thread.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Rectangle<V, TSource, TEpilogue, TActivation, TStore>(
        in Tile tile, in Depth depth, nint rowBytes, TSource source, int first, int rowsEnd, int begin, int end,
        TEpilogue epilogue, TActivation activation, TStore store, int firstColumn)
        where V : struct, IVectorF32<V>
        where TSource : struct, IRowSource
        where TEpilogue : struct, IEpilogue
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore
    {
        float* sums = stackalloc float[Tile.MaxSums];
        byte** lhs = stackalloc byte*[Tile.MaxRows];
        nint* outputs = stackalloc nint[Tile.MaxRows];
        int most = tile.Rows, rows = rowsEnd - first;
        int blockRows = rows <= most ? rows : (int)Math.Max(most, BlockBytes / Math.Max(rowBytes, 1) / most * most);
        if (tile.CanFinish(rows, end - begin, depth) && MachineEpilogue.TryCreate(epilogue, activation, store, out var finished))
        {
            FinishedProduct.Run(tile, depth, blockRows, source, first, rowsEnd, begin, end, finished, firstColumn);
            return;
        }

        var fetching = tile;
        for (int block = first; block < rowsEnd; block += blockRows)
        {
            // Tiles of nearly equal height: 9 rows are 5 + 4, never 8 and a slow single one.
            int last = Math.Min(block + blockRows, rowsEnd);
            int tiles = last - block <= most ? 1 : (last - block + most - 1) / most;
            int width = tile.Columns((last - block + tiles - 1) / tiles), wide;
            for (int column = begin; column < end; column += wide)
            {
                wide = tile.NextColumns(end - column, width);
                int row = block;
                fetching.Announce(column + wide, tile.NextColumns(end - column - wide, width), end, tiles);
                for (int left = tiles; left > 0; left--)
                {
                    int high = (last - row + left - 1) / left;
                    source.Locate(row, high, lhs, outputs);
                    fetching.Sum(lhs, high, column, wide, depth, sums, width);
                    fetching.Upcoming += fetching.UpcomingBytes;
                    Finish<V, TEpilogue, TActivation, TStore>(
                        sums, width, high, wide, outputs, column, epilogue, activation, store, firstColumn);
                    row += high;
                }
            }
        }
    }

    /// <summary>The epilogue of one tile, apart from the loops above so that its addresses stay in registers.</summary>
    /// <remarks>Row after row: of two that go to the same place the latter stays.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Finish<V, TEpilogue, TActivation, TStore>(
        float* sums, nint sumPitch, int rows, int columns, nint* outputs, int column,
        TEpilogue epilogue, TActivation activation, TStore store, int firstColumn)
        where V : struct, IVectorF32<V>
        where TEpilogue : struct, IEpilogue
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore
    {
        int c = 0;
        for (; c <= columns - V.Count; c += V.Count)
        {
            float* sum = sums + c;
            for (int r = 0; r < rows; r++, sum += sumPitch)
            {
                var value = activation.Invoke(epilogue.Value<V>(sum, column + c, V.Count));
                store.Write(value, outputs[r], firstColumn + column + c, V.Count);
            }
        }

        if (c < columns)
        {
            float* sum = sums + c;
            for (int r = 0; r < rows; r++, sum += sumPitch)
            {
                var value = activation.Invoke(epilogue.Value<V>(sum, column + c, columns - c));
                store.Write(value, outputs[r], firstColumn + column + c, columns - c);
            }
        }
    }
}

using System.Runtime.CompilerServices;
using MixPrec.Runtime.Machine;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// A rectangle of a product whose tiles come with their epilogue: sums never see memory, and a call takes many tiles. Where little is
/// summed for each result that is most of the time.
/// </summary>
internal static unsafe class FinishedProduct
{
    /// <param name="tile">What computes; must be able to, see <see cref="Tile.CanFinish"/>.</param>
    /// <param name="depth">What is summed.</param>
    /// <param name="blockRows">Rows that the second-level cache holds.</param>
    /// <param name="source">Where the rows are.</param>
    /// <param name="first">First row.</param>
    /// <param name="rowsEnd">Row after the last.</param>
    /// <param name="begin">First column; a multiple of 16.</param>
    /// <param name="end">Column after the last.</param>
    /// <param name="epilogue">What becomes of the sums.</param>
    /// <param name="firstColumn">Column of the store for column 0.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run<TSource>(
        in Tile tile, in Depth depth, int blockRows, TSource source, int first, int rowsEnd, int begin, int end,
        in MachineEpilogue epilogue, int firstColumn)
        where TSource : struct, IRowSource
    {
        byte** lhs = stackalloc byte*[CallSize.BlockRows + Tile.MaxRows];
        nint* outputs = stackalloc nint[CallSize.BlockRows + Tile.MaxRows];
        TileCall call;
        var fetching = tile;
        blockRows = Math.Min(blockRows, CallSize.BlockRows);
        for (int count; first < rowsEnd; first += count)
        {
            // The last block takes what would be too few rows for a tile.
            count = rowsEnd - first <= blockRows + Tile.MaxRows ? rowsEnd - first : blockRows;
            source.Locate(first, count, lhs, outputs);

            // Tiles of nearly equal height: 9 rows are 5 + 4.
            int tiles = (count + tile.Rows - 1) / tile.Rows;
            var (low, higher) = Math.DivRem(count, tiles);
            for (int column = begin; column < end; column += tile.FinishedColumns)
            {
                int wide = Math.Min(tile.FinishedColumns, end - column);
                epilogue.Describe(column, wide, firstColumn, &call);
                call.Lhs = lhs;
                call.Outputs = outputs;
                fetching.Announce(column + wide, tile.FinishedColumns, end, tiles);
                if (higher > 0)
                {
                    call.Tiles = higher;
                    fetching.Finish(low + 1, column, wide, depth, epilogue.Form, &call);
                    fetching.Upcoming += higher * fetching.UpcomingBytes;
                }

                // The call before has moved rows and outputs on.
                call.Tiles = tiles - higher;
                fetching.Finish(low, column, wide, depth, epilogue.Form, &call);
            }
        }
    }
}

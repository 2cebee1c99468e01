using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = store(activation(finish(Σ lhs · weights))) over rows and columns: the loop around the tiles that Gemm and Conv share.</summary>
internal static unsafe class Product
{
    /// <summary>Raw sums of one tile call.</summary>
    public const int MaxSums = 256;

    /// <summary>
    /// Left rows are taken in blocks of about this many bytes, so that they are still in the second-level cache when the next columns want them.
    /// </summary>
    private const int BlockBytes = 256 * 1024;

    /// <param name="tile">What computes the sums.</param>
    /// <param name="depth">What is summed.</param>
    /// <param name="rowBytes">Bytes of one row of the left operand that the depth covers.</param>
    /// <param name="source">Where the rows are.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="begin">First column; a multiple of 16.</param>
    /// <param name="end">Column after the last.</param>
    /// <param name="finish">Bias, scale.</param>
    /// <param name="activation">Function applied to each result.</param>
    /// <param name="store">Where results go.</param>
    /// <param name="firstColumn">Column of the store for column 0.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<V, TTile, TSource, TFinish, TActivation, TStore>(
        TTile tile, in Depth depth, nint rowBytes, TSource source, int rows, int begin, int end,
        TFinish finish, TActivation activation, TStore store, int firstColumn)
        where V : struct, IVectorF32<V>
        where TTile : struct, ITile
        where TSource : struct, IRowSource
        where TFinish : struct, IFinish
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore
    {
        float* sums = stackalloc float[MaxSums];
        byte** lhs = stackalloc byte*[8];
        nint* outputs = stackalloc nint[8];
        int blockRows = (int)Math.Max(TTile.Rows, BlockBytes / Math.Max(rowBytes, 1) / TTile.Rows * TTile.Rows);
        for (int block = 0; block < rows; block += blockRows)
        {
            // Tiles of nearly equal height: 9 rows are 5 + 4, never 8 and a slow single one.
            int last = Math.Min(block + blockRows, rows);
            int tiles = (last - block + TTile.Rows - 1) / TTile.Rows;
            int width = TTile.Columns((last - block) / tiles);
            for (int column = begin; column < end; column += width)
            {
                int wide = Math.Min(width, end - column);
                int row = block;
                for (int left = tiles; left > 0; left--)
                {
                    int high = (last - row + left - 1) / left;
                    source.Locate(row, high, lhs, outputs);
                    tile.Sum(lhs, high, column, wide, depth, sums, width);
                    Finish<V, TFinish, TActivation, TStore>(sums, width, high, wide, outputs, column, finish, activation, store, firstColumn);
                    row += high;
                }
            }
        }
    }
    /// <summary>The epilogue of one tile, apart from the loops above so that its addresses stay in registers.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Finish<V, TFinish, TActivation, TStore>(
        float* sums, nint sumPitch, int rows, int columns, nint* outputs, int column, TFinish finish, TActivation activation, TStore store, int firstColumn)
        where V : struct, IVectorF32<V>
        where TFinish : struct, IFinish
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore
    {
        int c = 0;
        for (; c <= columns - V.Count; c += V.Count)
        {
            float* sum = sums + c;
            for (int r = 0; r < rows; r++, sum += sumPitch)
            {
                store.Write(activation.Invoke(finish.Value<V>(sum, column + c, V.Count)), outputs[r], firstColumn + column + c, V.Count);
            }
        }

        if (c < columns)
        {
            float* sum = sums + c;
            for (int r = 0; r < rows; r++, sum += sumPitch)
            {
                store.Write(activation.Invoke(finish.Value<V>(sum, column + c, columns - c)), outputs[r], firstColumn + column + c, columns - c);
            }
        }
    }
}

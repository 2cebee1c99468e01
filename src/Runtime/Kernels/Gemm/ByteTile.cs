using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>Tiles over byte activations: picks the loop for the rows and columns at hand.</summary>
internal readonly unsafe struct ByteTile<TDot, TSum, TLhs, TWeights> : ITileCode
    where TDot : struct, IByteDot<TSum, TLhs, TWeights>
    where TSum : struct
    where TLhs : struct
    where TWeights : struct
{
    public static int ElementBytes => sizeof(byte);

    /// <inheritdoc cref="Tile.Sum"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum(in Tile tile, byte** lhs, int rows, int column, int columns, in Depth depth, void* sums, int sumPitch)
    {
        int vectors = (columns + TDot.Columns - 1) / TDot.Columns;
        int* target = (int*)sums;
        if (TDot.Kind == ByteDot.Blocks)
        {
            new Span<int>(target, ((rows - 1) * sumPitch) + (vectors * TDot.Columns)).Clear();
        }

        for (int vector = 0; vector < vectors;)
        {
            int left = vectors - vector;
            int taken = rows > 2 ? Math.Min(left, 2) : left >= 8 ? 8 : left >= 4 ? 4 : Math.Min(left, 2);
            int first = column + (vector * TDot.Columns);
            byte* w = tile.Weights(first);
            switch (taken)
            {
                case 8:
                    Wide<N8>(tile, lhs, rows, first, depth, target, sumPitch);
                    break;
                case 4:
                    Wide<N4>(tile, lhs, rows, first, depth, target, sumPitch);
                    break;
                case 2:
                    Tall<N2>(lhs, rows, (sbyte*)w, (nint)(tile.Weights(first + TDot.Columns) - w), tile.Parameter, depth, target, sumPitch);
                    break;
                default:
                    Tall<N1>(lhs, rows, (sbyte*)w, 0, tile.Parameter, depth, target, sumPitch);
                    break;
            }

            vector += taken;
            target += taken * TDot.Columns;
        }
    }

    [SkipLocalsInit]
    private static void Wide<TVectors>(in Tile tile, byte** lhs, int rows, int first, in Depth depth, int* sums, int sumPitch)
        where TVectors : struct, ICount
    {
        byte* w = tile.Weights(first);
        nint* offsets = stackalloc nint[8];
        for (int i = 0; i < TVectors.Value; i++)
        {
            offsets[i] = (nint)(tile.Weights(first + (i * TDot.Columns)) - w);
        }

        if (rows == 1)
        {
            WideByteTile.Run<TDot, TSum, TLhs, TWeights, N1, TVectors>(lhs, (sbyte*)w, offsets, depth, tile.Parameter, sums, sumPitch);
        }
        else
        {
            WideByteTile.Run<TDot, TSum, TLhs, TWeights, N2, TVectors>(lhs, (sbyte*)w, offsets, depth, tile.Parameter, sums, sumPitch);
        }
    }

    private static void Tall<TVectors>(byte** lhs, int rows, sbyte* w, nint second, nint block, in Depth depth, int* sums, int sumPitch)
        where TVectors : struct, ICount
    {
        switch (rows)
        {
            case 1:
                TallByteTile.Run<TDot, TSum, TLhs, TWeights, N1, TVectors>(lhs, w, second, depth, block, sums, sumPitch);
                break;
            case 2:
                TallByteTile.Run<TDot, TSum, TLhs, TWeights, N2, TVectors>(lhs, w, second, depth, block, sums, sumPitch);
                break;
            case 3:
                TallByteTile.Run<TDot, TSum, TLhs, TWeights, N3, TVectors>(lhs, w, second, depth, block, sums, sumPitch);
                break;
            case 4:
                TallByteTile.Run<TDot, TSum, TLhs, TWeights, N4, TVectors>(lhs, w, second, depth, block, sums, sumPitch);
                break;
            case 5:
                TallByteTile.Run<TDot, TSum, TLhs, TWeights, N5, TVectors>(lhs, w, second, depth, block, sums, sumPitch);
                break;
            case 6:
                TallByteTile.Run<TDot, TSum, TLhs, TWeights, N6, TVectors>(lhs, w, second, depth, block, sums, sumPitch);
                break;
            case 7:
                TallByteTile.Run<TDot, TSum, TLhs, TWeights, N7, TVectors>(lhs, w, second, depth, block, sums, sumPitch);
                break;
            default:
                TallByteTile.Run<TDot, TSum, TLhs, TWeights, N8, TVectors>(lhs, w, second, depth, block, sums, sumPitch);
                break;
        }
    }
}

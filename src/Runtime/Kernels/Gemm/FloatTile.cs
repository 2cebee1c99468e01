using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>Tiles over float activations: picks the loop for the rows and columns at hand.</summary>
internal readonly unsafe struct FloatTile<V, TWeights> : ITileCode
    where V : struct, IVectorF32<V>
    where TWeights : struct, IWeightRows
{
    public static int ElementBytes => sizeof(float);

    /// <inheritdoc cref="Tile.Sum"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum(in Tile tile, byte** lhs, int rows, int column, int columns, in Depth depth, void* sums, int sumPitch)
    {
        int vectors = (columns + V.Count - 1) / V.Count;
        float* target = (float*)sums;
        for (int vector = 0; vector < vectors;)
        {
            int left = vectors - vector;
            int taken = rows > 2 ? Math.Min(left, 2) : left >= 8 ? 8 : left >= 4 ? 4 : Math.Min(left, 2);
            int first = column + (vector * V.Count);
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
                    Tall<N2>(lhs, rows, w, (nint)(tile.Weights(first + V.Count) - w), tile.Parameter, depth, target, sumPitch);
                    break;
                default:
                    Tall<N1>(lhs, rows, w, 0, tile.Parameter, depth, target, sumPitch);
                    break;
            }

            vector += taken;
            target += taken * V.Count;
        }
    }

    [SkipLocalsInit]
    private static void Wide<TVectors>(in Tile tile, byte** lhs, int rows, int first, in Depth depth, float* sums, int sumPitch)
        where TVectors : struct, ICount
    {
        byte* w = tile.Weights(first);
        nint* offsets = stackalloc nint[8];
        for (int i = 0; i < TVectors.Value; i++)
        {
            offsets[i] = (nint)(tile.Weights(first + (i * V.Count)) - w);
        }

        if (rows == 1)
        {
            WideTile.Run<V, TWeights, N1, TVectors>(lhs, w, offsets, tile.Parameter, depth, sums, sumPitch);
        }
        else
        {
            WideTile.Run<V, TWeights, N2, TVectors>(lhs, w, offsets, tile.Parameter, depth, sums, sumPitch);
        }
    }

    private static void Tall<TVectors>(byte** lhs, int rows, byte* w, nint second, nint pitch, in Depth depth, float* sums, int sumPitch)
        where TVectors : struct, ICount
    {
        switch (rows)
        {
            case 1:
                TallTile.Run<V, TWeights, N1, TVectors>(lhs, w, second, pitch, depth, sums, sumPitch);
                break;
            case 2:
                TallTile.Run<V, TWeights, N2, TVectors>(lhs, w, second, pitch, depth, sums, sumPitch);
                break;
            case 3:
                TallTile.Run<V, TWeights, N3, TVectors>(lhs, w, second, pitch, depth, sums, sumPitch);
                break;
            case 4:
                TallTile.Run<V, TWeights, N4, TVectors>(lhs, w, second, pitch, depth, sums, sumPitch);
                break;
            case 5:
                TallTile.Run<V, TWeights, N5, TVectors>(lhs, w, second, pitch, depth, sums, sumPitch);
                break;
            case 6:
                TallTile.Run<V, TWeights, N6, TVectors>(lhs, w, second, pitch, depth, sums, sumPitch);
                break;
            case 7:
                TallTile.Run<V, TWeights, N7, TVectors>(lhs, w, second, pitch, depth, sums, sumPitch);
                break;
            default:
                TallTile.Run<V, TWeights, N8, TVectors>(lhs, w, second, pitch, depth, sums, sumPitch);
                break;
        }
    }
}

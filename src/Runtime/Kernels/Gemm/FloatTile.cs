using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>Tiles over float activations: picks the loop for the rows and columns at hand.</summary>
/// <param name="rhs">Weights: panels of 16 columns, or a plain matrix.</param>
/// <param name="panelBytes">From panel to panel; 64 for a plain matrix.</param>
/// <param name="pitch">See <see cref="IWeightRows.PairBytes"/>.</param>
internal readonly unsafe struct FloatTile<V, TWeights>(byte* rhs, nint panelBytes, nint pitch) : ITile
    where V : struct, IVectorF32<V>
    where TWeights : struct, IWeightRows
{
    // 8×2 sums of 512 bits leave half of the 32 registers; 6×2 of the narrower ones use 12 of 16.
    public static int Rows => V.Count == 16 ? 8 : 6;

    public static int Columns(int rows) => rows <= 2 ? 8 * V.Count : 32;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Sum(byte** lhs, int rows, int column, int columns, in Depth depth, void* sums, int sumPitch)
    {
        int vectors = (columns + V.Count - 1) / V.Count;
        float* target = (float*)sums;
        for (int vector = 0; vector < vectors;)
        {
            int left = vectors - vector;
            int taken = rows > 2 ? Math.Min(left, 2) : left >= 8 ? 8 : left >= 4 ? 4 : Math.Min(left, 2);
            int first = column + (vector * V.Count);
            byte* w = rhs + Offset(first);
            switch (taken)
            {
                case 8:
                    Wide<Count8>(lhs, rows, first, depth, target, sumPitch);
                    break;
                case 4:
                    Wide<Count4>(lhs, rows, first, depth, target, sumPitch);
                    break;
                case 2:
                    Tall<Count2>(lhs, rows, w, Offset(first + V.Count) - Offset(first), depth, target, sumPitch);
                    break;
                default:
                    Tall<Count1>(lhs, rows, w, 0, depth, target, sumPitch);
                    break;
            }

            vector += taken;
            target += taken * V.Count;
        }
    }

    private nint Offset(int column) => PanelLayout.ColumnOffset(column, panelBytes);

    [SkipLocalsInit]
    private void Wide<TVectors>(byte** lhs, int rows, int first, in Depth depth, float* sums, int sumPitch)
        where TVectors : struct, ICount
    {
        byte* w = rhs + Offset(first);
        nint* offsets = stackalloc nint[8];
        for (int i = 0; i < TVectors.Value; i++)
        {
            offsets[i] = Offset(first + (i * V.Count)) - Offset(first);
        }

        if (rows == 1)
        {
            WideTile.Run<V, TWeights, Count1, TVectors>(lhs, w, offsets, pitch, depth, sums, sumPitch);
        }
        else
        {
            WideTile.Run<V, TWeights, Count2, TVectors>(lhs, w, offsets, pitch, depth, sums, sumPitch);
        }
    }

    private void Tall<TVectors>(byte** lhs, int rows, byte* w, nint second, in Depth depth, float* sums, int sumPitch)
        where TVectors : struct, ICount
    {
        switch (rows)
        {
            case 1:
                TallTile.Run<V, TWeights, Count1, TVectors>(lhs, w, second, pitch, depth, sums, sumPitch);
                break;
            case 2:
                TallTile.Run<V, TWeights, Count2, TVectors>(lhs, w, second, pitch, depth, sums, sumPitch);
                break;
            case 3:
                TallTile.Run<V, TWeights, Count3, TVectors>(lhs, w, second, pitch, depth, sums, sumPitch);
                break;
            case 4:
                TallTile.Run<V, TWeights, Count4, TVectors>(lhs, w, second, pitch, depth, sums, sumPitch);
                break;
            case 5:
                TallTile.Run<V, TWeights, Count5, TVectors>(lhs, w, second, pitch, depth, sums, sumPitch);
                break;
            case 6:
                TallTile.Run<V, TWeights, Count6, TVectors>(lhs, w, second, pitch, depth, sums, sumPitch);
                break;
            case 7:
                TallTile.Run<V, TWeights, Count7, TVectors>(lhs, w, second, pitch, depth, sums, sumPitch);
                break;
            default:
                TallTile.Run<V, TWeights, Count8, TVectors>(lhs, w, second, pitch, depth, sums, sumPitch);
                break;
        }
    }
}

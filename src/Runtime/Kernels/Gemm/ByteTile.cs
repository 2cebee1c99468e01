using System.Runtime.CompilerServices;

namespace MixPrec.Runtime.Kernels;

/// <summary>Tiles over byte activations: picks the loop for the rows and columns at hand.</summary>
/// <param name="rhs">Weights: panels of 16 columns, [K/4][16][4] bytes.</param>
/// <param name="panelBytes">From panel to panel.</param>
/// <param name="block">Groups of four k that a sum of <typeparamref name="TDot"/> holds; read only where it <see cref="IByteDot{TSum, TLhs, TWeights}.Blocks"/>.</param>
internal readonly unsafe struct ByteTile<TDot, TSum, TLhs, TWeights>(sbyte* rhs, nint panelBytes, int block) : ITile
    where TDot : struct, IByteDot<TSum, TLhs, TWeights>
    where TSum : struct
    where TLhs : struct
    where TWeights : struct
{
    // As in FloatTile: 512-bit code has 32 registers, the others 16 (vpdpbusd in its VEX form reaches no more than 16 either).
    public static int Rows => Unsafe.SizeOf<TSum>() == 64 ? 8 : 6;

    public static int Columns(int rows) => rows <= 2 ? 8 * TDot.Columns : 32;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Sum(byte** lhs, int rows, int column, int columns, in Depth depth, void* sums, int sumPitch)
    {
        int vectors = (columns + TDot.Columns - 1) / TDot.Columns;
        int* target = (int*)sums;
        if (TDot.Blocks)
        {
            new Span<int>(target, ((rows - 1) * sumPitch) + (vectors * TDot.Columns)).Clear();
        }

        for (int vector = 0; vector < vectors;)
        {
            int left = vectors - vector;
            int taken = rows > 2 ? Math.Min(left, 2) : left >= 8 ? 8 : left >= 4 ? 4 : Math.Min(left, 2);
            int first = column + (vector * TDot.Columns);
            sbyte* w = rhs + Offset(first);
            switch (taken)
            {
                case 8:
                    Wide<Count8>(lhs, rows, first, depth, target, sumPitch);
                    break;
                case 4:
                    Wide<Count4>(lhs, rows, first, depth, target, sumPitch);
                    break;
                case 2:
                    Tall<Count2>(lhs, rows, w, Offset(first + TDot.Columns) - Offset(first), depth, target, sumPitch);
                    break;
                default:
                    Tall<Count1>(lhs, rows, w, 0, depth, target, sumPitch);
                    break;
            }

            vector += taken;
            target += taken * TDot.Columns;
        }
    }

    private nint Offset(int column) => PanelLayout.ColumnOffset(column, panelBytes);

    [SkipLocalsInit]
    private void Wide<TVectors>(byte** lhs, int rows, int first, in Depth depth, int* sums, int sumPitch)
        where TVectors : struct, ICount
    {
        sbyte* w = rhs + Offset(first);
        nint* offsets = stackalloc nint[8];
        for (int i = 0; i < TVectors.Value; i++)
        {
            offsets[i] = Offset(first + (i * TDot.Columns)) - Offset(first);
        }

        if (rows == 1)
        {
            WideByteTile.Run<TDot, TSum, TLhs, TWeights, Count1, TVectors>(lhs, w, offsets, depth, PanelLayout.ByteGroup * block, sums, sumPitch);
        }
        else
        {
            WideByteTile.Run<TDot, TSum, TLhs, TWeights, Count2, TVectors>(lhs, w, offsets, depth, PanelLayout.ByteGroup * block, sums, sumPitch);
        }
    }

    private void Tall<TVectors>(byte** lhs, int rows, sbyte* w, nint second, in Depth depth, int* sums, int sumPitch)
        where TVectors : struct, ICount
    {
        switch (rows)
        {
            case 1:
                TallByteTile.Run<TDot, TSum, TLhs, TWeights, Count1, TVectors>(lhs, w, second, depth, PanelLayout.ByteGroup * block, sums, sumPitch);
                break;
            case 2:
                TallByteTile.Run<TDot, TSum, TLhs, TWeights, Count2, TVectors>(lhs, w, second, depth, PanelLayout.ByteGroup * block, sums, sumPitch);
                break;
            case 3:
                TallByteTile.Run<TDot, TSum, TLhs, TWeights, Count3, TVectors>(lhs, w, second, depth, PanelLayout.ByteGroup * block, sums, sumPitch);
                break;
            case 4:
                TallByteTile.Run<TDot, TSum, TLhs, TWeights, Count4, TVectors>(lhs, w, second, depth, PanelLayout.ByteGroup * block, sums, sumPitch);
                break;
            case 5:
                TallByteTile.Run<TDot, TSum, TLhs, TWeights, Count5, TVectors>(lhs, w, second, depth, PanelLayout.ByteGroup * block, sums, sumPitch);
                break;
            case 6:
                TallByteTile.Run<TDot, TSum, TLhs, TWeights, Count6, TVectors>(lhs, w, second, depth, PanelLayout.ByteGroup * block, sums, sumPitch);
                break;
            case 7:
                TallByteTile.Run<TDot, TSum, TLhs, TWeights, Count7, TVectors>(lhs, w, second, depth, PanelLayout.ByteGroup * block, sums, sumPitch);
                break;
            default:
                TallByteTile.Run<TDot, TSum, TLhs, TWeights, Count8, TVectors>(lhs, w, second, depth, PanelLayout.ByteGroup * block, sums, sumPitch);
                break;
        }
    }
}

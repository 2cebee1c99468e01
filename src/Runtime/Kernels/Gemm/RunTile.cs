using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>Tiles whose outer steps have sums of their own.</summary>
internal static unsafe class RunTile<TDot, TSum, TLhs, TWeights>
    where TDot : struct, IByteDot<TSum, TLhs, TWeights>
    where TSum : struct
    where TLhs : struct
    where TWeights : struct
{
    /// <inheritdoc cref="Tile.Sum"/>
    [SkipLocalsInit]
    public static void Sum(in Tile tile, byte** lhs, int rows, int column, int columns, in Depth depth, void* sums, int sumPitch)
    {
        byte** moved = stackalloc byte*[Tile.MaxRows];
        for (int run = 0; run < depth.Outer; run++)
        {
            for (int row = 0; row < rows; row++)
            {
                moved[row] = lhs[row] + (run * depth.OuterLhs);
            }

            var one = depth with { Outer = 1, First = depth.First + (int)(run * depth.OuterRhs) };
            ByteTile<TDot, TSum, TLhs, TWeights>.Sum(
                tile, moved, rows, column, columns, one, (int*)sums + ((nint)run * tile.RunPitch), sumPitch);
        }
    }
}

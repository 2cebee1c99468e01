using System.Runtime.CompilerServices;

namespace MixPrec.Runtime.Kernels;

/// <summary>Tiles whose outer steps have sums of their own.</summary>
internal static unsafe class RunTile<TTile>
    where TTile : struct, ITileCode
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
                moved[row] = lhs[row] + (run * depth.OuterLhs * TTile.ElementBytes);
            }

            var one = depth with { Outer = 1, First = depth.First + (int)(run * depth.OuterRhs) };
            TTile.Sum(tile, moved, rows, column, columns, one, (uint*)sums + ((nint)run * tile.RunPitch), sumPitch);
        }
    }
}

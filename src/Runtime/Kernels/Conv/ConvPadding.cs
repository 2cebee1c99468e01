using System.Runtime.CompilerServices;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// The constant that the taps in the padding add to byte convolutions. There a pixel is the zero point z, not 0, so a sum that leaves these
/// taps out lacks
/// z·Σ weights of the taps, the same for every pixel of the rectangle.
/// </summary>
internal static unsafe class ConvPadding
{
    /// <summary>
    /// adjusted[c - begin] = compensation[c] + Σ over taps outside the rectangle's and channels of padding · weights, begin ≤ c &lt; end.
    /// </summary>
    [SkipLocalsInit]
    public static void Adjust(
        in Tile tile, in ConvGeometry geometry, ConvSpan rows, ConvSpan columns, byte* padding, int* compensation, int* adjusted,
            int begin, int end)
    {
        // When either axis has no tap inside, all taps are outside.
        var (top, bottom) = columns.Taps == 0 ? (0, 0) : (rows.First, rows.Last);
        int width = geometry.Columns.Kernel, height = geometry.Rows.Kernel;
        for (int c = begin; c < end; c++)
        {
            adjusted[c - begin] = compensation[c];
        }

        Add(tile, geometry, 0, top, 0, width, padding, adjusted, begin, end);
        Add(tile, geometry, bottom, height, 0, width, padding, adjusted, begin, end);
        Add(tile, geometry, top, bottom, 0, columns.First, padding, adjusted, begin, end);
        Add(tile, geometry, top, bottom, columns.Last, width, padding, adjusted, begin, end);
    }

    [SkipLocalsInit]
    private static void Add(
        in Tile tile, in ConvGeometry geometry, int top, int bottom, int left, int right, byte* padding, int* adjusted, int begin, int end)
    {
        if (top >= bottom || left >= right)
        {
            return;
        }

        int* sums = stackalloc int[Tile.MaxSums];
        int kernelRow = geometry.Columns.Kernel * geometry.Channels;
        var taps = new Depth(
            geometry.Channels, (top * kernelRow) + (left * geometry.Channels), bottom - top, 0, kernelRow, right - left, 0,
                geometry.Channels);
        int width = tile.Columns(1);
        for (int column = begin; column < end; column += width)
        {
            int wide = Math.Min(width, end - column);
            tile.Sum(&padding, 1, column, wide, taps, sums, width);
            for (int c = 0; c < wide; c++)
            {
                adjusted[column - begin + c] += sums[c];
            }
        }
    }
}

using System.Runtime.CompilerServices;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// The output of a convolution as square tiles, image after image, row by row; the last ones may reach over the edge.
/// </summary>
/// <param name="Side">Outputs of a tile along an axis.</param>
/// <param name="InH">Rows of the input.</param>
/// <param name="InW">Columns of the input.</param>
/// <param name="OutH">Rows of the output.</param>
/// <param name="OutW">Columns of the output.</param>
/// <param name="Top">Padding above.</param>
/// <param name="Left">Padding before each row.</param>
/// <param name="Batch">Images.</param>
internal readonly record struct WinogradTiles(int Side, int Batch, int InH, int InW, int OutH, int OutW, int Top, int Left)
{
    /// <summary>Tiles from left to right.</summary>
    public int Across => (OutW + Side - 1) / Side;

    /// <summary>Tiles of an image from top to bottom.</summary>
    public int Down => (OutH + Side - 1) / Side;

    /// <summary>All of them.</summary>
    public int Count => Batch * Down * Across;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WinogradTiles FromShape<TShape>(TShape shape, int side)
        where TShape : struct, IConvShape =>
        new(side, shape.Batch, shape.InH, shape.InW, shape.OutH, shape.OutW, shape.PadTop, shape.PadLeft);

    /// <summary>The image of a tile, and its first output.</summary>
    public WinogradPlace Locate(int tile)
    {
        int line = tile / Across, image = line / Down;
        return new()
        {
            Image = image, Row = (line - (image * Down)) * Side, Column = (tile - (line * Across)) * Side,
        };
    }

    /// <summary>From a tile to the next one, which takes no division.</summary>
    public void Step(ref WinogradPlace place)
    {
        place.Column += Side;
        if (place.Column >= OutW)
        {
            place.Column = 0;
            place.Row += Side;
            if (place.Row >= OutH)
            {
                place.Row = 0;
                place.Image++;
            }
        }
    }
}

/// <summary>Where a tile is: its image, and the row and column of its first output.</summary>
internal struct WinogradPlace
{
    public int Image, Row, Column;
}

/// <summary>Sizes of a tile.</summary>
internal static class WinogradTile
{
    /// <summary>Outputs along an axis.</summary>
    public const int Outputs = 2;

    /// <summary>Pixels along an axis that they see.</summary>
    public const int Pixels = 4;

    /// <summary>Weights of a filter.</summary>
    public const int Taps = 9;

    /// <summary>
    /// Floats from tile to tile of transformed pixels: a cache line more, so that tiles do not compete for the same lines.
    /// </summary>
    public static int Pitch(int channels) => (Points * channels) + PanelLayout.Columns;

    /// <summary>Products for a tile and a pair of channels.</summary>
    public const int Points = Pixels * Pixels;
}

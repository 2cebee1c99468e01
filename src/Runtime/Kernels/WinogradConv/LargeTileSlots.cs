namespace MixPrec.Runtime.Kernels;

/// <summary>What a thread needs for its tiles, in 16-bit integers: transformed pixels of a part, and filters of a run of columns.</summary>
internal static class LargeTileSlots
{
    /// <summary>Threads that may work on a convolution at the same time.</summary>
    public const int Count = 8;

    /// <summary>Bytes of transformed pixels, unless their tiles are fewer than <see cref="FewTiles"/>.</summary>
    private const int PixelBytes = 288 * 1024;

    /// <summary>Tiles that are taken at a time, so that the transform of the filters stays a small part.</summary>
    private const int FewTiles = 32, ManyTiles = 128;

    /// <summary>Tiles of a part at most.</summary>
    public static int Tiles(int channels) => Math.Clamp(PixelBytes / (LargeTile.Points * channels * sizeof(short)), FewTiles, ManyTiles);

    public static int Pixels(int channels) => LargeTile.Pitch(channels) * Tiles(channels);

    public static int Length(int channels) => Pixels(channels) + LargeTileWeights.Length(channels);
}

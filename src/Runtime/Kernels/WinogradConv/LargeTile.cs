namespace MixPrec.Runtime.Kernels;

/// <summary>Sizes of the tiles of F(4×4, 3×3).</summary>
internal static class LargeTile
{
    /// <summary>Outputs along an axis.</summary>
    public const int Outputs = 4;

    /// <summary>Pixels along an axis that they see.</summary>
    public const int Pixels = 6;

    /// <summary>Weights of a filter.</summary>
    public const int Taps = 9;

    /// <summary>Products for a tile and a pair of channels.</summary>
    public const int Points = Pixels * Pixels;

    /// <summary>Multiplications of the definition for each that is done: 144 for 36.</summary>
    public const int Saving = Outputs * Outputs * Taps / Points;

    /// <summary>Columns whose weights are transformed together.</summary>
    public const int RunColumns = 2 * PanelLayout.Columns;

    /// <summary>A cache line, in 16-bit integers: so many lie between what would else compete for the same lines of a cache.</summary>
    public const int Line = PanelLayout.RowBytes / sizeof(short);

    /// <summary>Bytes of transformed pixels that are made at a time, unless these are fewer than <see cref="FewTiles"/>.</summary>
    private const int PixelBytes = 288 * 1024;

    /// <summary>Tiles that are taken at a time, so that the transform of the filters stays a small part.</summary>
    private const int FewTiles = 32, ManyTiles = 128;

    /// <summary>16-bit integers from tile to tile of transformed pixels.</summary>
    public static int Pitch(int channels) => (Points * channels) + Line;

    /// <summary>Tiles that are taken at a time.</summary>
    public static int AtOnce(int channels) => Math.Clamp(PixelBytes / (Points * channels * sizeof(short)), FewTiles, ManyTiles);

    /// <summary>16-bit integers that their transformed pixels take.</summary>
    public static int PixelsLength(int channels) => Pitch(channels) * AtOnce(channels);

    /// <summary>What a thread needs, in 16-bit integers: these, and filters of a run of columns.</summary>
    public static int SlotLength(int channels) => PixelsLength(channels) + LargeTileWeights.Length(channels);

    /// <summary>Threads that there is room for.</summary>
    public static int Slots(int channels) => WinogradSlots.Count((long)SlotLength(channels) * sizeof(short));
}

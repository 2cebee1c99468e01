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

    /// <summary>16-bit integers from tile to tile of transformed pixels.</summary>
    public static int Pitch(int channels) => (Points * channels) + Line;
}

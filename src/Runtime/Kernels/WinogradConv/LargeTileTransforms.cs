using MixPrec.Runtime.Machine;

namespace MixPrec.Runtime.Kernels;

/// <summary>Machine code for the transforms of <see cref="LargeTile"/>; the bits are those of C#.</summary>
internal sealed unsafe class LargeTileTransforms
{
    /// <summary>
    /// What <see cref="LargeTilePixels"/> gives: the 36 addresses of a tile's pixels, channels, at least 32, and the target.
    /// </summary>
    public required delegate*<byte**, int, short*, void> Pixels { get; init; }

    /// <summary>
    /// What <see cref="LargeTileWeights"/> gives of a panel: the weights, bytes from tap to tap, groups of four channels, the target, and
    /// 16-bit integers from point to point.
    /// </summary>
    public required delegate*<sbyte*, nint, int, short*, nint, void> Filters { get; init; }

    /// <summary>
    /// What <see cref="LargeTileOutputs"/> and then the epilogue of the call give, of up to 16 columns: the sums of each tile, 16 places of
    /// each, how many tiles, and how many rows and columns of results of each are written.
    /// </summary>
    public required delegate*<EpilogueForm, TileCall*, byte**, nint*, int, int, int, void> Outputs { get; init; }
}

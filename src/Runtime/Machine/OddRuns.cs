using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Machine;

/// <summary>
/// Weights in bfloat16 whose runs begin or end within a pair, as those of convolutions of an odd number of channels, which few have.
/// </summary>
internal static unsafe class OddRuns
{
    /// <summary>The widest in C#.</summary>
    public static readonly delegate*<in Tile, byte**, int, int, int, in Depth, void*, int, void> Sum =
        FloatKernels.PanelBF16.Of(VectorWidths.Widest).Code;
}

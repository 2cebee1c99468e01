namespace MixPrec.Runtime.Kernels;

/// <summary>
/// The depth of a product as two nested counts of runs: run (i, j), i &lt; Outer, j &lt; Inner, multiplies
/// lhs[i·OuterLhs + j·InnerLhs + t] with weight row First + i·OuterRhs + j·InnerRhs + t, t = 0 … Length - 1, in this order.
/// </summary>
/// <remarks>A matrix product has one run; a convolution one for each kernel tap, or for each kernel row where the taps of a row are
/// contiguous.</remarks>
internal readonly record struct Depth(
    int Length, int First = 0, int Outer = 1, nint OuterLhs = 0, nint OuterRhs = 0, int Inner = 1, nint InnerLhs = 0, nint InnerRhs = 0);

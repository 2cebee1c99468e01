using System.Runtime.CompilerServices;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// The sizes of one convolution as values: what works on them is compiled once for all layers, and not for each. Only the loops around the
/// products read them.
/// </summary>
internal readonly record struct ConvSizes(
    int Batch, int InH, int InW, int InC, int OutH, int OutW, int OutC, int Groups, int KernelH, int KernelW, int StrideH, int StrideW,
    int PadTop, int PadLeft, int DilationH, int DilationW)
{
    /// <remarks>Compiled with all optimisations at once: each property would be a method of its own otherwise.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ConvSizes Of<TShape>(TShape shape)
        where TShape : struct, IConvShape =>
        new(shape.Batch, shape.InH, shape.InW, shape.InC, shape.OutH, shape.OutW, shape.OutC, shape.Groups, shape.KernelH, shape.KernelW,
            shape.StrideH, shape.StrideW, shape.PadTop, shape.PadLeft, shape.DilationH, shape.DilationW);

    /// <summary>Products for each result.</summary>
    public int Depth => KernelH * KernelW * (InC / Groups);
}

using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// The sizes that a generated class gives to a convolution. One type for all layers, so that its kernels are compiled once.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct ConvShape : IConvShape
{
    public int Batch { get; init; }

    public int InH { get; init; }

    public int InW { get; init; }

    public int InC { get; init; }

    public int OutH { get; init; }

    public int OutW { get; init; }

    public int OutC { get; init; }

    public int Groups { get; init; }

    public int KernelH { get; init; }

    public int KernelW { get; init; }

    public int StrideH { get; init; }

    public int StrideW { get; init; }

    public int PadTop { get; init; }

    public int PadLeft { get; init; }

    public int DilationH { get; init; }

    public int DilationW { get; init; }
}

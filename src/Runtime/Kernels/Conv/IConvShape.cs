using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// Sizes of a convolution over x [Batch, InH, InW, InC] to y [Batch, OutH, OutW, OutC], channels last; one dimension is InH = KernelH = 1.
/// Output pixel (h, w) sees input pixel (h·StrideH - PadTop + i·DilationH, w·StrideW - PadLeft + j·DilationW) through tap (i, j);
/// the padding below and to the right follows from OutH and OutW.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IConvShape
{
    int Batch { get; }

    int InH { get; }

    int InW { get; }

    int InC { get; }

    int OutH { get; }

    int OutW { get; }

    int OutC { get; }

    int Groups { get; }

    int KernelH { get; }

    int KernelW { get; }

    int StrideH { get; }

    int StrideW { get; }

    int PadTop { get; }

    int PadLeft { get; }

    int DilationH { get; }

    int DilationW { get; }
}

using MixPrec.Runtime.Kernels;

namespace MixPrec.Benchmarks.Kernels;

/// <summary>
/// One layer with its ReLU. A fully connected one is a convolution of one pixel with a 1×1 kernel: Batch rows, InC → OutC.
/// </summary>
internal sealed record Layer(int Batch, int InC, int OutC, int Size = 1, int Kernel = 1, int Stride = 1, bool Depthwise = false)
{
    public bool IsGemm => Size == 1 && Kernel == 1;

    public int Pad => Kernel / 2;

    public int OutSize => ((Size + (2 * Pad) - Kernel) / Stride) + 1;

    /// <summary>Products in one output element.</summary>
    public int Depth => Kernel * Kernel * (Depthwise ? 1 : InC);

    public int Groups => Depthwise ? InC : 1;

    public int InputLength => Batch * Size * Size * InC;

    public int OutputLength => Batch * OutSize * OutSize * OutC;

    public int WeightCount => Depth * OutC;

    /// <summary>Multiply-adds, counting those with padding.</summary>
    public long Macs => (long)OutputLength * Depth;

    public override string ToString() => IsGemm
        ? $"{Batch}×{InC} · {InC}×{OutC}"
        : $"{Batch}×{Size}×{Size}×{InC} → {OutC}, {Kernel}×{Kernel}{(Stride > 1 ? $"/{Stride}" : string.Empty)}{(Depthwise ? " depthwise" : string.Empty)}";
}

/// <summary>The sizes of a fully connected layer.</summary>
internal readonly record struct GemmSizes(int M, int N, int K) : IGemmShape;

/// <summary>The sizes of a convolution; padding is symmetric.</summary>
internal readonly record struct ConvSizes(Layer Layer) : IConvShape
{
    public int Batch => Layer.Batch;

    public int InH => Layer.Size;

    public int InW => Layer.Size;

    public int InC => Layer.InC;

    public int OutH => Layer.OutSize;

    public int OutW => Layer.OutSize;

    public int OutC => Layer.OutC;

    public int Groups => Layer.Groups;

    public int KernelH => Layer.Kernel;

    public int KernelW => Layer.Kernel;

    public int StrideH => Layer.Stride;

    public int StrideW => Layer.Stride;

    public int PadTop => Layer.Pad;

    public int PadLeft => Layer.Pad;

    public int DilationH => 1;

    public int DilationW => 1;
}

using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// The rows of <see cref="VectorKernels"/> that this process computes with: constants of code that is compiled after the first call.
/// </summary>
internal static class ChosenWidths
{
    public static readonly DepthwiseKernel<FloatChannels> Depthwise = VectorKernels.Depthwise.Choose();
    public static readonly DepthwiseKernel<ByteChannels> ByteDepthwise = VectorKernels.ByteDepthwise.Choose();
    public static readonly VectorWidth Direct = VectorKernels.Direct.Choose().Width;
    public static readonly VectorWidth Elements = VectorKernels.Elements.Choose().Width;
}

using System.Numerics.Tensors;

namespace MixPrec.Compiler.Formats;

/// <summary>
/// The one definition of quantization, for weights and activations, packing and estimation: q = clamp(rint(x / scale) + zero point,
/// lowest, highest), in the arithmetic of the kernels: division in single precision, ties to even.
/// </summary>
internal static class Quantizer
{
    /// <summary>With a scale for each element.</summary>
    public static void Quantize(ReadOnlySpan<float> x, ReadOnlySpan<float> scales, int zeroPoint, int lowest, int highest,
        Span<float> quantized)
    {
        TensorPrimitives.Divide(x, scales, quantized);
        RoundAndClamp(quantized, zeroPoint, lowest, highest);
    }

    /// <summary>With one scale for all elements.</summary>
    public static void Quantize(ReadOnlySpan<float> x, float scale, int zeroPoint, int lowest, int highest, Span<float> quantized)
    {
        TensorPrimitives.Divide(x, scale, quantized);
        RoundAndClamp(quantized, zeroPoint, lowest, highest);
    }

    private static void RoundAndClamp(Span<float> quotients, int zeroPoint, int lowest, int highest)
    {
        TensorPrimitives.Round(quotients, quotients);
        TensorPrimitives.Add(quotients, zeroPoint, quotients);
        TensorPrimitives.Clamp(quotients, lowest, highest, quotients);
    }
}

using System.Numerics.Tensors;

namespace MixPrec.Compiler.Formats;

/// <summary>real = Scale·(q − ZeroPoint) with quantized values q in Minimum…Maximum; see <see cref="Quantizer"/>.</summary>
internal readonly record struct QuantizationParameters(float Scale, int ZeroPoint, int Maximum, int Minimum = 0)
{
    /// <summary>From the least quantized value to the largest.</summary>
    public ActivationRange Range => new(Dequantize(Minimum), Dequantize(Maximum));

    public int Quantize(float real)
    {
        Span<float> quantized = stackalloc float[1];
        Quantizer.Quantize([real], Scale, ZeroPoint, Minimum, Maximum, quantized);
        return (int)quantized[0];
    }

    public float Dequantize(int quantized) => Scale * (quantized - ZeroPoint);

    /// <summary>The real numbers that quantized values stand for in the place of <paramref name="reals"/>.</summary>
    public void Round(ReadOnlySpan<float> reals, Span<float> rounded)
    {
        Quantizer.Quantize(reals, Scale, ZeroPoint, Minimum, Maximum, rounded);
        TensorPrimitives.Subtract(rounded, ZeroPoint, rounded);
        TensorPrimitives.Multiply(rounded, Scale, rounded);
    }
}

using System.Numerics.Tensors;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Compiler.Formats;

/// <summary>real = Scale·(q − ZeroPoint) with quantized values q in Minimum…Maximum; see <see cref="Quantizer"/>.</summary>
internal readonly record struct QuantizationParameters(float Scale, int ZeroPoint, int Maximum, int Minimum = 0)
{
    /// <summary>
    /// Each row of a matrix has a scale and a zero point of its own, see <see cref="OfRow"/>: these are in units of its scale, and the zero
    /// point that compensations take out of all rows.
    /// </summary>
    public static readonly QuantizationParameters OfRows = new(1, RowScale.ZeroPoint, byte.MaxValue) { HasRowScales = true };

    /// <summary>Whether they are <see cref="OfRows"/>.</summary>
    public bool HasRowScales { get; private init; }

    /// <summary>From the least quantized value to the largest.</summary>
    public ActivationRange Range => new(Dequantize(Minimum), Dequantize(Maximum));

    public int Quantize(float real)
    {
        Span<float> quantized = stackalloc float[1];
        Quantizer.Quantize([real], Scale, ZeroPoint, Minimum, Maximum, quantized);
        return (int)quantized[0];
    }

    public float Dequantize(int quantized) => Scale * (quantized - ZeroPoint);

    /// <summary>Those that a kernel finds for one row where they are <see cref="OfRows"/>.</summary>
    public static QuantizationParameters OfRow(ReadOnlySpan<float> row)
    {
        float lowest = 0, highest = 0;
        foreach (float x in row)
        {
            // Of NaN neither is true.
            lowest = x < lowest ? x : lowest;
            highest = x > highest ? x : highest;
        }

        return new ActivationRange(Math.Max(lowest, float.MinValue), Math.Min(highest, float.MaxValue)).Unsigned(byte.MaxValue);
    }

    /// <summary>The real numbers that quantized values stand for in the place of <paramref name="reals"/>.</summary>
    public void Round(ReadOnlySpan<float> reals, Span<float> rounded)
    {
        Quantizer.Quantize(reals, Scale, ZeroPoint, Minimum, Maximum, rounded);
        TensorPrimitives.Subtract(rounded, ZeroPoint, rounded);
        TensorPrimitives.Multiply(rounded, Scale, rounded);
    }
}

using System.Numerics.Tensors;

namespace MixPrec.Compiler.Precision;

/// <summary>
/// Symmetric per-channel quantization of weights and rounding to bf16: the one definition that packing (exact codes) and
/// sensitivity estimation (dequantized values) share.
/// </summary>
internal static class WeightQuantizer
{
    /// <summary>Largest code; −128 is unused, so that negation is exact and pair sums stay bounded.</summary>
    public const int Maximum = 127;

    /// <summary>Scale of a channel: max |w| / 127, or 1 for a channel of zeros.</summary>
    public static float Scale(ReadOnlySpan<float> channel) => ScaleOf(channel.IsEmpty ? 0 : Math.Abs(TensorPrimitives.MaxMagnitude(channel)));

    /// <summary>Scale of a channel whose largest |w| is known.</summary>
    public static float ScaleOf(float largest) => largest / Maximum is var scale && float.IsNormal(scale) ? scale : 1;

    /// <summary>clamp(rint(w / scale), −127, 127), ties to even.</summary>
    public static sbyte Quantize(float weight, float scale) => (sbyte)Math.Clamp(MathF.Round(weight / scale, MidpointRounding.ToEven), -Maximum, Maximum);

    /// <summary>The nearest bf16, ties to even, as its 16 bits; finite values that round beyond the largest bf16 become infinite.</summary>
    public static ushort ToBF16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>The value of 16 bf16 bits.</summary>
    public static float FromBF16(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    /// <summary>Weights as the kernels of <paramref name="precision"/> see them, dequantized.</summary>
    /// <param name="weights">[rows, <paramref name="channels"/>] where <paramref name="innermost"/>, otherwise [<paramref name="channels"/>, rows], row-major: a channel has one scale.</param>
    public static void Dequantized(ReadOnlySpan<float> weights, int channels, bool innermost, PrecisionConfig precision, Span<float> result)
    {
        if (precision.QuantizesRhs)
        {
            OnGrid(weights, channels, innermost, result);
            return;
        }

        for (int i = 0; i < weights.Length; i++)
        {
            result[i] = precision.Rhs == Plan.ElementType.BF16 ? FromBF16(ToBF16(weights[i])) : weights[i];
        }
    }

    private static void OnGrid(ReadOnlySpan<float> weights, int channels, bool innermost, Span<float> result)
    {
        int step = innermost ? channels : weights.Length / Math.Max(channels, 1);
        var scales = innermost ? Scales(weights, channels) : new float[step];
        for (int start = 0; start < weights.Length; start += step)
        {
            var row = weights.Slice(start, step);
            var rounded = result.Slice(start, step);
            if (!innermost)
            {
                scales.AsSpan().Fill(Scale(row));
            }

            TensorPrimitives.Divide(row, scales, rounded);
            TensorPrimitives.Round(rounded, rounded);
            TensorPrimitives.Clamp(rounded, -Maximum, Maximum, rounded);
            TensorPrimitives.Multiply(rounded, scales, rounded);
        }
    }

    /// <summary>The scale of each column of a row-major matrix.</summary>
    private static float[] Scales(ReadOnlySpan<float> weights, int columns)
    {
        var largest = new float[columns];
        for (int start = 0; start < weights.Length; start += columns)
        {
            TensorPrimitives.MaxMagnitude(largest, weights.Slice(start, columns), largest);
        }

        return [.. largest.Select(l => ScaleOf(Math.Abs(l)))];
    }
}

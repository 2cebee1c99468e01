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
    public static float Scale(ReadOnlySpan<float> channel)
    {
        float largest = 0;
        foreach (float w in channel)
        {
            largest = Math.Max(largest, Math.Abs(w));
        }

        return ScaleOf(largest);
    }

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

    /// <summary>
    /// Weights as the kernels of <paramref name="precision"/> see them, dequantized. Element i of <paramref name="weights"/> belongs to the output channel
    /// ⌊i / <paramref name="run"/>⌋ mod <paramref name="channels"/>.
    /// </summary>
    public static void Dequantized(ReadOnlySpan<float> weights, int channels, int run, PrecisionConfig precision, Span<float> result)
    {
        float[] scales = precision.QuantizesRhs ? Scales(weights, channels, run) : [];
        for (int i = 0; i < weights.Length; i++)
        {
            result[i] = precision.Rhs switch
            {
                Plan.ElementType.I8 when scales[i / run % channels] is var scale => scale * Quantize(weights[i], scale),
                Plan.ElementType.BF16 => FromBF16(ToBF16(weights[i])),
                _ => weights[i],
            };
        }
    }

    private static float[] Scales(ReadOnlySpan<float> weights, int channels, int run)
    {
        var largest = new float[channels];
        for (int i = 0; i < weights.Length; i++)
        {
            ref float known = ref largest[i / run % channels];
            known = Math.Max(known, Math.Abs(weights[i]));
        }

        return [.. largest.Select(ScaleOf)];
    }
}

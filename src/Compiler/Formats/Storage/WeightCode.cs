using System.Numerics.Tensors;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Compiler.Formats.Storage;

/// <summary>What is stored of a weight that is divided by its scale, in words of 32 bits.</summary>
internal abstract class WeightCode
{
    private const int WordBits = 32;

    /// <summary>Bits of a weight.</summary>
    public abstract int Bits { get; }

    /// <summary>Rows of a column that share a word.</summary>
    public int Together => WordBits / Bits;

    /// <summary>Puts the nearest values, in units of their scales, in the place of weights.</summary>
    public abstract void Round(ReadOnlySpan<float> scales, Span<float> weights);

    /// <summary>The bits of such a value, where its row has them in a word.</summary>
    /// <param name="inWord">The row among those of the word.</param>
    public abstract uint Word(float value, int inWord);

    /// <summary>E[Δw²] of a weight.</summary>
    public abstract double Noise(float weight, float scale);

    /// <summary>The scale among these that leaves the least squared error in a group; of equal ones the first.</summary>
    public float Best(ReadOnlySpan<float> group, params ReadOnlySpan<float> scales)
    {
        Span<float> rounded = stackalloc float[group.Length], same = stackalloc float[group.Length];
        double least = double.PositiveInfinity;
        float best = scales[0];
        foreach (float scale in scales)
        {
            group.CopyTo(rounded);
            same.Fill(scale);
            Round(same, rounded);
            double error = 0;
            for (int i = 0; i < group.Length; i++)
            {
                double own = group[i] - ((double)scale * rounded[i]);
                error += own * own;
            }

            (least, best) = error < least ? (error, scale) : (least, best);
        }

        return best;
    }
}

/// <summary>Signed 4 bits in [−8, 7], the first row in the lowest ones.</summary>
internal sealed class Int4Code : WeightCode
{
    public const int Lowest = -8, Highest = 7;

    public static readonly Int4Code Instance = new();

    private Int4Code()
    {
    }

    public override int Bits => 4;

    public override void Round(ReadOnlySpan<float> scales, Span<float> weights) =>
        Quantizer.Quantize(weights, scales, 0, Lowest, Highest, weights);

    public override uint Word(float value, int inWord) => ((uint)(int)value & 0xF) << (Bits * inWord);

    public override double Noise(float weight, float scale) => RoundingNoise.OfStep(scale);
}

/// <summary>A float of few bits.</summary>
/// <param name="form">Of 4 bits, the first row in the lowest ones, or of 8, the first row in the highest ones.</param>
internal sealed class FloatCode(SmallFloat form, int bits) : WeightCode
{
    public static readonly FloatCode E4M3 = new(SmallFloat.E4M3, 8), E5M2 = new(SmallFloat.E5M2, 8), E2M1 = new(SmallFloat.E2M1, 4);

    public override int Bits => bits;

    public SmallFloat Form => form;

    public override void Round(ReadOnlySpan<float> scales, Span<float> weights)
    {
        TensorPrimitives.Divide(weights, scales, weights);
        foreach (ref float weight in weights)
        {
            weight = form.Round(weight);
        }
    }

    public override uint Word(float value, int inWord)
    {
        uint code = form.Magnitude(value) | (value < 0 ? 1u << (bits - 1) : 0);
        return code << (bits * (bits == 4 ? inWord : Together - 1 - inWord));
    }

    public override double Noise(float weight, float scale) => scale * (double)scale * form.Noise(weight / (double)scale);
}

using MixPrec.Compiler.Precision;
using MixPrec.Plan;

namespace MixPrec.Compiler.Lowering.Packing;

/// <summary>The constants of an int8 product: v = fma(acc + correction, scale, bias) with acc the exact sum of code products.</summary>
/// <param name="Packed">Weights, see <see cref="PanelPacker.PackS8"/>.</param>
/// <param name="Correction">−zeroPoint · Σ of the column's codes.</param>
/// <param name="Scale">Activation scale × weight scale of the column.</param>
internal sealed record QuantizedWeights(sbyte[] Packed, int[] Correction, float[] Scale)
{
    /// <summary>What 16-bit sums of these weights with codes up to <paramref name="activationMaximum"/> are proven to be; null when they are not exact.</summary>
    public static BlockProof? Proof(WeightMatrix weights, ReadOnlySpan<sbyte> packed, int activationMaximum) =>
        BlockProof.Of(packed, PanelPacker.ByteGroups(weights), anyStart: weights.Taps > 1, activationMaximum);

    /// <inheritdoc cref="Proof(WeightMatrix, ReadOnlySpan{sbyte}, int)"/>
    public static BlockProof? Proof(WeightMatrix weights, int activationMaximum) =>
        Proof(weights, PanelPacker.PackS8(weights, [.. Enumerable.Range(0, weights.Columns).Select(column => WeightQuantizer.Scale(weights.Column(column)))]), activationMaximum);

    public static QuantizedWeights Of(WeightMatrix weights, AffineQuantization activations)
    {
        var scales = new float[weights.Columns];
        var correction = new int[weights.Columns];
        for (int column = 0; column < weights.Columns; column++)
        {
            float[] values = weights.Column(column);
            scales[column] = WeightQuantizer.Scale(values);
            correction[column] = checked(-activations.ZeroPoint * values.Sum(w => WeightQuantizer.Quantize(w, scales[column])));
        }

        return new(PanelPacker.PackS8(weights, scales), correction, [.. scales.Select(s => s * activations.Scale)]);
    }

    /// <summary>True when no sum of products of a column can leave 32 bits, whatever the activations are.</summary>
    public static bool IsExact(WeightMatrix weights, int activationMaximum)
    {
        for (int column = 0; column < weights.Columns; column++)
        {
            float[] values = weights.Column(column);
            float scale = WeightQuantizer.Scale(values);
            if (values.Sum(w => Math.Abs((long)WeightQuantizer.Quantize(w, scale))) * activationMaximum * 2 > int.MaxValue)
            {
                return false;
            }
        }

        return true;
    }
}

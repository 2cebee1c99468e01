using MixPrec.Compiler.Precision;

namespace MixPrec.Compiler.Lowering.Packing;

/// <summary>Weights of a product as codes of 8 bits, symmetric, with a scale for each column.</summary>
internal sealed class QuantizedWeights(WeightMatrix weights)
{
    private long? _largestSum;

    /// <summary>The scale of each column: the model's own step where it quantized the weights.</summary>
    public float[] Scales { get; } = weights.Steps?.ToArray() ?? PanelPacker.Scales(weights);

    /// <summary>See <see cref="PanelPacker.PackS8"/>.</summary>
    public sbyte[] Packed => field ??= PanelPacker.PackS8(weights, Scales);

    /// <summary>−zeroPoint · Σ of the column's codes: v = fma(acc + correction, scale, bias) with acc the exact sum of code products.</summary>
    public int[] Correction(AffineQuantization activations) => [.. Sums(code => code).Select(sum => checked((int)(-activations.ZeroPoint * sum)))];

    /// <summary>True when no sum of products of a column can leave 32 bits, whatever the activations are.</summary>
    public bool IsExact(int activationMaximum) => LargestSum * activationMaximum * 2 <= int.MaxValue;

    /// <summary>What 16-bit sums with codes up to <paramref name="activationMaximum"/> are proven to be; null when they are not exact.</summary>
    public BlockProof? Proof(int activationMaximum) => Proof(weights, Packed, activationMaximum);

    /// <inheritdoc cref="Proof(int)"/>
    public static BlockProof? Proof(WeightMatrix weights, ReadOnlySpan<sbyte> packed, int activationMaximum) =>
        BlockProof.Of(packed, PanelPacker.ByteGroups(weights), anyStart: weights.Taps > 1, activationMaximum);

    /// <summary>The largest Σ |code| of a column.</summary>
    private long LargestSum => _largestSum ??= Sums(code => Math.Abs((int)code)).DefaultIfEmpty().Max();

    /// <summary>For each column the sum over its codes, in the order of the packed bytes.</summary>
    private long[] Sums(Func<sbyte, int> term)
    {
        const int Lanes = PanelPacker.PanelColumns * PanelPacker.ByteGroup;
        var sums = new long[weights.Columns];
        int panelBytes = PanelPacker.ByteGroups(weights) * Lanes;
        for (int first = 0, start = 0; start < Packed.Length; first += PanelPacker.PanelColumns, start += panelBytes)
        {
            var panel = Packed.AsSpan(start, panelBytes);
            var columns = sums.AsSpan(first, Math.Min(PanelPacker.PanelColumns, sums.Length - first));
            for (int group = 0; group < panelBytes; group += PanelPacker.ByteGroup)
            {
                int column = group % Lanes / PanelPacker.ByteGroup;
                for (int i = 0; i < PanelPacker.ByteGroup && column < columns.Length; i++)
                {
                    columns[column] += term(panel[group + i]);
                }
            }
        }

        return sums;
    }
}

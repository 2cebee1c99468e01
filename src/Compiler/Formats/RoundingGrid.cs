namespace MixPrec.Compiler.Formats;

/// <summary>The values that the weights of a matrix may have: whole multiples of a scale.</summary>
/// <param name="Scales">[⌈rows / <paramref name="Rows"/>⌉][columns].</param>
/// <param name="Rows">Rows that have one scale.</param>
/// <param name="Lowest">The least multiple.</param>
/// <param name="Highest">The largest multiple.</param>
internal sealed record RoundingGrid(float[] Scales, int Rows, int Lowest, int Highest)
{
    /// <summary>Those of a row.</summary>
    /// <param name="columns">Of the matrix.</param>
    public ReadOnlySpan<float> ScalesOf(int row, int columns) => Scales.AsSpan(row / Rows * columns, columns);

    /// <summary>The nearest multiples to weights of a row, from its first column on.</summary>
    public void Quantize(int row, ReadOnlySpan<float> weights, Span<float> quantized) =>
        Quantizer.Quantize(weights, ScalesOf(row, weights.Length), 0, Lowest, Highest, quantized);
}

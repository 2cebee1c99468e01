namespace MixPrec.Experiments.Emulation;

/// <summary>
/// How a sum of products is accumulated: every fused multiply-add is rounded to <paramref name="Format"/> once; products are summed in
/// blocks of <paramref name="BlockLength"/> terms from zero, each block's sum is added to an outer sum, the bias last, each with one
/// rounding.
/// </summary>
/// <param name="Seed">Stochastic rounding with draws of this seed; null rounds to nearest even.</param>
internal sealed record Accumulator(FloatFormat Format, int BlockLength = 8, uint? Seed = null)
{
    /// <summary>
    /// An estimate of c in |error| ≤ c·u·(|W||h|)_i for sums of <paramref name="depth"/> terms: roundings inside a block add up in the
    /// worst case, those of the outer sum as a random walk.
    /// </summary>
    public double ErrorConstant(int depth) => Math.Sqrt((double)depth / BlockLength) + BlockLength;
}

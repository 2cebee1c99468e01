namespace MixPrec.Compiler.Formats;

/// <summary>
/// What a candidate of two passes does after the first: components v with κ_φ(v)·N/|v| above a tolerance are computed again
/// (arXiv 2503.15568, with formats of operands in the place of formats of accumulators).
/// </summary>
/// <param name="Low">The candidate that the first pass is.</param>
/// <param name="High">The candidate, of float activations, that the second pass is.</param>
/// <param name="Tolerance">At least 0.</param>
internal sealed record SecondPass(PrecisionConfig Low, PrecisionConfig High, float Tolerance)
{
    /// <summary>u of the first pass: half a quantization step, in units of the range.</summary>
    public double UnitRoundoff => 0.5 / Low.Activations.Maximum;
}

namespace MixPrec.Compiler.Formats;

/// <summary>The mean squared error of rounding to nearest.</summary>
internal static class RoundingNoise
{
    /// <summary>Explicit bits of a significand.</summary>
    public const int BF16Bits = 7, F16Bits = 10, E4M3Bits = 3, E5M2Bits = 2;

    /// <summary>
    /// α with E[Δz²] = α·z² for a float of <paramref name="bits"/> explicit significand bits: the step at z = s·2ᵉ, 1 ≤ s &lt; 2, is 2^(e
    /// − bits), its square over 12 the variance, and E[1/s²] = 3 / (8 ln 2) = 0.541 for s uniform in its logarithm.
    /// </summary>
    public static double Relative(int bits) => Math.ScaleB(3 / (8 * Math.Log(2)) / 12, -2 * bits);

    /// <summary>Δ²/12 for values that are <paramref name="step"/> apart.</summary>
    public static double OfStep(double step) => step * step / 12;
}

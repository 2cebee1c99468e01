namespace MixPrec.Experiments.Emulation;

/// <summary>One sum rounded once: exact in its decisions, for the few sums that <see cref="VectorRounding"/> leaves undecided.</summary>
internal static class RoundedSum
{
    /// <summary>
    /// The exact a + b rounded to the format. A product of two floats is an exact double, so this is a fused multiply-add too.
    /// </summary>
    /// <param name="draw">0…1 in odd multiples of 2^−<see cref="RoundingDraws.BitsOf"/>/2 for stochastic rounding: up where the part above
    /// the lower neighbour is more; NaN for nearest even.</param>
    public static double Of(FloatFormat format, double a, double b, double draw = double.NaN)
    {
        double sum = a + b, magnitude = Math.Abs(sum);
        if (!double.IsFinite(sum) || sum == 0)
        {
            return double.CopySign(format.Bounded(magnitude), sum);
        }

        // What the addition in double lost, with its sign relative to the sum (Knuth's TwoSum).
        double part = sum - a, lost = ((a - (sum - part)) + (b - part)) * Math.Sign(sum);
        double quantum = format.Quantum(magnitude), lower = Math.Floor(magnitude / quantum) * quantum;
        double fraction = (magnitude - lower) / quantum, threshold = double.IsNaN(draw) ? 0.5 : draw;
        bool tie = fraction == threshold && lost == 0;
        bool up = tie ? double.IsNaN(draw) && lower / quantum % 2 != 0 : fraction > threshold || (fraction == threshold && lost > 0);
        return double.CopySign(format.Bounded(up ? lower + quantum : lower), sum);
    }
}

namespace MixPrec.Compiler.Timing;

/// <summary>Time of one run in nanoseconds: the median of all rounds, and how far rounds spread.</summary>
/// <param name="Spread">Interquartile range.</param>
internal sealed record Measurement(double Nanoseconds, double Spread, int Rounds)
{
    /// <summary>Half the width of the 95 % interval of the median (McGill, Tukey and Larsen, "Variations of box plots", 1978).</summary>
    public double Uncertainty => Rounds == 0 ? double.PositiveInfinity : 1.57 * Spread / Math.Sqrt(Rounds);

    /// <summary>The spread as a share of the time.</summary>
    public double RelativeSpread => Nanoseconds > 0 ? Spread / Nanoseconds : 0;

    public static Measurement operator *(Measurement measurement, double factor) =>
        measurement with { Nanoseconds = measurement.Nanoseconds * factor, Spread = measurement.Spread * factor };

    /// <param name="nanoseconds">Of each round, at least one.</param>
    public static Measurement FromTimes(IEnumerable<double> nanoseconds)
    {
        double[] sorted = [.. nanoseconds.Order()];
        double At(double quantile) => sorted[(int)Math.Round(quantile * (sorted.Length - 1))];
        return new(At(0.5), At(0.75) - At(0.25), sorted.Length);
    }
}

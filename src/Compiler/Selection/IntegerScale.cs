namespace MixPrec.Compiler.Selection;

/// <summary>
/// Real quantities as integers, so that the solver compares exactly. Gains are rounded to a power of two that leaves 20 bits for their
/// sum: a millionth of it is far below measurement noise, and telling apart what differs by less takes a solver minutes. Loads round up
/// and limits down, so that a row met in integers is met in reals.
/// </summary>
internal static class IntegerScale
{
    private const int GainBits = 20;
    private const int LoadBits = 30;

    /// <summary>The power of two that gains are multiplied with.</summary>
    public static double ForGains(IEnumerable<IEnumerable<double>> gains)
    {
        double largest = gains.Sum(group => group.Max(Math.Abs));
        return largest > 0 ? Math.ScaleB(1, GainBits - 1 - Math.ILogB(largest)) : 1;
    }

    public static long Gain(double gain, double scale) => (long)Math.Round(gain * scale);

    /// <summary>⌈2³⁰·load/limit⌉: the row reads Σ ≤ 2³⁰. What alone exceeds the limit becomes 2³⁰ + 1.</summary>
    public static long Load(double load, double limit)
    {
        double scaled = load <= 0 ? 0 : limit <= 0 ? double.PositiveInfinity : Math.Ceiling(Math.ScaleB(load / limit, LoadBits));
        return (long)Math.Min(scaled, Full + 1);
    }

    public const long Full = 1L << LoadBits;
}

using MixPrec.Compiler.Formats;

namespace MixPrec.Compiler.Calibration.Ranges;

/// <summary>
/// The narrowest interval of whole histogram bins outside which lie at most 0.01 % of the values on either side, no wider than what was
/// seen.
/// </summary>
internal sealed class PercentileObserver : IRangeObserver
{
    /// <summary>Share of the values that may lie beyond each end.</summary>
    public const double Tail = 1e-4;

    private readonly ValueHistogram _histogram = new();
    private readonly MinMaxObserver _extremes = new();

    public ActivationRange Range => Choose(_histogram, _extremes.Range);

    /// <param name="seen">From the smallest to the largest value.</param>
    public static ActivationRange Choose(ValueHistogram histogram, ActivationRange seen)
    {
        HistogramBin[] bins = [.. histogram.Bins];
        return bins.Length == 0 ? seen : new ActivationRange(
            Math.Max(seen.Lowest, Math.Min(0, (float)First(bins, histogram.Count).Lower)),
            Math.Min(seen.Highest, Math.Max(0, (float)First(bins.Reverse(), histogram.Count).Upper)));
    }

    public void Observe(ReadOnlySpan<float> values)
    {
        _extremes.Observe(values);
        _histogram.Add(values);
    }

    /// <summary>The first bin that the values before it leave no room to drop.</summary>
    private static HistogramBin First(IEnumerable<HistogramBin> bins, long count)
    {
        long beyond = 0, most = (long)(Tail * count);
        return bins.First(bin => (beyond += bin.Count) > most);
    }
}

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

    public ActivationRange Range
    {
        get
        {
            var seen = _extremes.Range;
            HistogramBin[] bins = [.. _histogram.Bins];
            return bins.Length == 0 ? seen : new ActivationRange(
                Math.Max(seen.Lowest, Math.Min(0, (float)First(bins).Lower)),
                    Math.Min(seen.Highest, Math.Max(0, (float)First(bins.Reverse()).Upper)));
        }
    }

    public void Observe(ReadOnlySpan<float> values)
    {
        _extremes.Observe(values);
        _histogram.Add(values);
    }

    /// <summary>The first bin that the values before it leave no room to drop.</summary>
    private HistogramBin First(IEnumerable<HistogramBin> bins)
    {
        long beyond = 0, most = (long)(Tail * _histogram.Count);
        return bins.First(bin => (beyond += bin.Count) > most);
    }
}

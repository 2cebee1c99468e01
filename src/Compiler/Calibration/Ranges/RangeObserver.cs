using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Options;

namespace MixPrec.Compiler.Calibration.Ranges;

/// <summary>One activation by several rules, which share what they have seen.</summary>
internal sealed class RangeObserver(IReadOnlyList<ActivationRanges> kinds)
{
    private readonly MinMaxObserver _extremes = new();
    private readonly ValueHistogram? _histogram = kinds.Any(k => k != ActivationRanges.MinMax) ? new() : null;

    /// <summary>One for each rule.</summary>
    public IReadOnlyList<ActivationRange> Ranges => field ??= [.. kinds.Select(kind => kind switch
    {
        ActivationRanges.MinMax => _extremes.Range,
        ActivationRanges.Percentile => PercentileObserver.Choose(_histogram!, _extremes.Range),
        _ => MseOptimalObserver.Choose(_histogram!, _extremes.Range),
    })];

    /// <exception cref="ArgumentException">A value is not finite.</exception>
    public void Observe(ReadOnlySpan<float> values)
    {
        _extremes.Observe(values);
        _histogram?.Add(values);
    }
}

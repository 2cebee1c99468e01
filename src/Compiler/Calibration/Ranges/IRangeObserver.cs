using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Options;

namespace MixPrec.Compiler.Calibration.Ranges;

/// <summary>Sees the values of one activation batch by batch, keeps none of them, and then names the interval to quantize.</summary>
internal interface IRangeObserver
{
    /// <exception cref="ArgumentException">A value is not finite.</exception>
    void Observe(ReadOnlySpan<float> values);

    /// <summary>[0, 0] when nothing was seen.</summary>
    ActivationRange Range { get; }

    static IRangeObserver Create(ActivationRanges kind) => kind switch
    {
        ActivationRanges.MinMax => new MinMaxObserver(),
        ActivationRanges.Percentile => new PercentileObserver(),
        _ => new MseOptimalObserver(),
    };
}

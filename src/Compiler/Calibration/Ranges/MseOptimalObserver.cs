using MixPrec.Compiler.Formats;

namespace MixPrec.Compiler.Calibration.Ranges;

/// <summary>
/// Minimises Σ n·(Q(m) − m)² over the bins (n values of mean m), Q rounding to the 256 quantized values that cover the interval: each end
/// runs through <see cref="Steps"/> equal parts of what was seen, one after the other until neither moves.
/// </summary>
/// <remarks>
/// A bin is at most an eighth of a quantization step of the full interval wide, so that rounding inside a bin is nearly the same for all
/// its values. Fewer quantized values use the same interval, which is then a little wider than their best.
/// </remarks>
internal sealed class MseOptimalObserver : IRangeObserver
{
    public const int Steps = 256;
    private const int Maximum = 255;
    private const int MostRounds = 8;

    private readonly ValueHistogram _histogram = new();
    private readonly MinMaxObserver _extremes = new();

    public ActivationRange Range => Choose(_histogram, _extremes.Range);

    /// <param name="seen">From the smallest to the largest value.</param>
    public static ActivationRange Choose(ValueHistogram histogram, ActivationRange seen)
    {
        var best = seen;
        HistogramBin[] bins = [.. histogram.Bins];
        for (int round = 0; round < MostRounds; round++)
        {
            var before = best;
            best = Best(bins, Enumerable.Range(1, Steps).Reverse()
                .Select(i => new ActivationRange(before.Lowest, seen.Highest * ((float)i / Steps))));
            var narrowed = best;
            best = Best(bins, Enumerable.Range(1, Steps).Reverse()
                .Select(i => new ActivationRange(seen.Lowest * ((float)i / Steps), narrowed.Highest)));
            if (best == before)
            {
                break;
            }
        }

        return best;
    }

    public void Observe(ReadOnlySpan<float> values)
    {
        _extremes.Observe(values);
        _histogram.Add(values);
    }

    private static ActivationRange Best(HistogramBin[] bins, IEnumerable<ActivationRange> candidates)
    {
        float[] means = [.. bins.Select(b => (float)b.Mean)];
        var rounded = new float[bins.Length];
        return candidates.Distinct().MinBy(c => SquaredError(bins, means, c, rounded));
    }

    private static double SquaredError(HistogramBin[] bins, float[] means, ActivationRange range, float[] rounded)
    {
        range.Unsigned(Maximum).Round(means, rounded);
        double sum = 0;
        for (int i = 0; i < bins.Length; i++)
        {
            double error = rounded[i] - bins[i].Mean;
            sum += bins[i].Count * error * error;
        }

        return sum;
    }
}

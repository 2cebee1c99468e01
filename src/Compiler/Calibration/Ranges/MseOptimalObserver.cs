using MixPrec.Compiler.Precision;

namespace MixPrec.Compiler.Calibration.Ranges;

/// <summary>
/// Minimises Σ n·(Q(m) − m)² over the bins (n values of mean m), Q rounding to the grid of 256 codes on the interval: each end runs through
/// <see cref="Steps"/> equal parts of what was seen, one after the other until neither moves.
/// </summary>
/// <remarks>
/// A bin is at most an eighth of a grid step of the full interval wide, so that rounding inside a bin is nearly the same for all its values.
/// Grids of fewer codes use the same interval, which is then a little wider than their best.
/// </remarks>
internal sealed class MseOptimalObserver : IRangeObserver
{
    public const int Steps = 256;
    private const int Codes = 255;
    private const int MostRounds = 8;

    private readonly ValueHistogram _histogram = new();
    private readonly MinMaxObserver _extremes = new();

    public ActivationRange Range
    {
        get
        {
            var best = _extremes.Range;
            HistogramBin[] bins = [.. _histogram.Bins];
            for (int round = 0; round < MostRounds; round++)
            {
                var before = best;
                best = Best(bins, Enumerable.Range(1, Steps).Reverse().Select(i => new ActivationRange(before.Lowest, _extremes.Range.Highest * ((float)i / Steps))));
                var narrowed = best;
                best = Best(bins, Enumerable.Range(1, Steps).Reverse().Select(i => new ActivationRange(_extremes.Range.Lowest * ((float)i / Steps), narrowed.Highest)));
                if (best == before)
                {
                    break;
                }
            }

            return best;
        }
    }

    public void Observe(ReadOnlySpan<float> values)
    {
        _extremes.Observe(values);
        _histogram.Add(values);
    }

    private static ActivationRange Best(HistogramBin[] bins, IEnumerable<ActivationRange> candidates) => candidates.Distinct().MinBy(c => SquaredError(bins, c));

    private static double SquaredError(HistogramBin[] bins, ActivationRange range)
    {
        var grid = range.ToQuantization(Codes);
        double sum = 0;
        foreach (var bin in bins)
        {
            double error = grid.Dequantize(grid.Quantize((float)bin.Mean)) - bin.Mean;
            sum += bin.Count * error * error;
        }

        return sum;
    }
}

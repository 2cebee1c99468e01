using MixPrec.Compiler.Calibration.Ranges;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Options;
using Xunit;

namespace MixPrec.Compiler.Tests.Calibration;

/// <summary>Streaming observers against sorting and against trying every threshold.</summary>
public sealed class RangeObserverTests
{
    public static TheoryData<string> Kinds => [.. Enum.GetNames<ActivationRanges>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void EdgeCasesHaveARange(string kind)
    {
        Assert.Equal(new ActivationRange(0, 0), RangeOf(kind));
        Assert.Equal(new ActivationRange(0, 0), RangeOf(kind, 0, 0, 0));
        Assert.Equal(new ActivationRange(0, 3.5f), RangeOf(kind, 3.5f));
        Assert.Equal(new ActivationRange(-3.5f, 0), RangeOf(kind, -3.5f, -3.5f));
        Assert.Equal(new ActivationRange(0, float.MaxValue), RangeOf(kind, float.MaxValue));
        Assert.Equal(new ActivationRange(0, float.Epsilon), RangeOf(kind, float.Epsilon));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void BatchesDoNotMatter(string kind)
    {
        float[] values = Numbers(20_000, 5, heavy: true);
        var (whole, parts) = (Observer(kind), Observer(kind));
        whole.Observe(values);
        foreach (float[] part in values.Chunk(777))
        {
            parts.Observe(part);
        }

        Assert.Equal(whole.Range, parts.Range);
    }

    [Fact]
    public void MinMaxIsExact()
    {
        float[] values = Numbers(1000, 1, heavy: true);
        Assert.Equal(new ActivationRange(values.Min(), values.Max()), RangeOf("MinMax", values));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void PercentileIsThatOfTheSortedValuesUpToABin(int seed, bool heavy)
    {
        float[] values = [.. Numbers(50_000, seed, heavy).Order()];
        int dropped = (int)(PercentileObserver.Tail * values.Length);
        var range = RangeOf("Percentile", values);
        double bin = 2 * values.Max(Math.Abs) / 4096;
        Assert.InRange(range.Highest, values[^(1 + dropped)], values[^(1 + dropped)] + bin);
        Assert.InRange(range.Lowest, values[dropped] - bin, values[dropped]);
        Assert.True(range.Highest < values[^1]);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    public void MseOptimalIsThatOfTryingEveryThreshold(int seed, bool heavy)
    {
        float[] values = [.. Numbers(2000, seed, heavy).Select(Math.Abs)];
        double best = values.Min(v => SquaredError(values, new ActivationRange(0, v)));
        Assert.InRange(SquaredError(values, RangeOf("MseOptimal", values)) / best, 0, 1.02);
        Assert.True(best <= SquaredError(values, new ActivationRange(0, values.Max())));
    }

    [Fact]
    public void MseOptimalClipsBothEnds()
    {
        float[] values = Numbers(400, 4, heavy: true);
        float[] thresholds = [.. values.Where((_, i) => i % 2 == 0), values.Min(), values.Max()];
        double best = thresholds.Where(v => v > 0)
            .Min(h => thresholds.Where(v => v < 0).Min(l => SquaredError(values, new ActivationRange(l, h))));
        Assert.InRange(SquaredError(values, RangeOf("MseOptimal", values)) / best, 0, 1.05);
    }

    [Fact]
    public void HistogramsRefuseNaN() => Assert.Throws<ArgumentException>(() => new ValueHistogram().Add([1, float.NaN]));

    private static IRangeObserver Observer(string kind) => IRangeObserver.Create(Enum.Parse<ActivationRanges>(kind));

    private static ActivationRange RangeOf(string kind, params float[] values)
    {
        var observer = Observer(kind);
        observer.Observe(values);
        return observer.Range;
    }

    private static double SquaredError(float[] values, ActivationRange range)
    {
        var grid = range.Unsigned(255);
        return values.Sum(v => Math.Pow(grid.Dequantize(grid.Quantize(v)) - v, 2));
    }

    /// <summary>Normal, or the cube of it: long tails.</summary>
    private static float[] Numbers(int count, int seed, bool heavy)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            double z = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            return (float)(heavy ? z * z * z : z);
        })];
    }
}

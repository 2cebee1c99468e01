using MixPrec.Compiler.Conditioning;
using MixPrec.Experiments.Accumulation;
using MixPrec.Experiments.Emulation;
using Xunit;

namespace MixPrec.Experiments.Tests;

public sealed class AttentionSoftmaxTests
{
    private const int Rows = 6, Columns = 9;
    private const float Scale = -0.35f;
    private readonly float[] _scores, _numerators, _mask;

    public AttentionSoftmaxTests()
    {
        var random = new Random(12);
        _scores = [.. Enumerable.Range(0, Rows * Columns).Select(_ => (float)((random.NextDouble() * 16) - 8))];
        _numerators = [.. _scores.Select(s => Math.Abs(s) + (float)random.NextDouble())];
        // Causal, with a bias that falls with distance.
        _mask = [.. Enumerable.Range(0, Rows * Columns).Select(i =>
            i % Columns > i / Columns + 2 ? -1e9f : 0.2f * ((i % Columns) - (i / Columns)))];
    }

    /// <summary>
    /// Against central differences, which err by h²/6 times a third derivative of less than 1, and by rounding: ten probabilities of some
    /// ten roundings over h.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ConditionsAreSumsOfDerivatives(bool masked)
    {
        const double h = 1e-5;
        double[] conditions = new AttentionSoftmax(Columns, Scale, masked ? _mask : null).Conditions(_scores, _numerators);
        for (int i = 0; i < _scores.Length; i++)
        {
            double[] up = Probabilities(i, h, masked), down = Probabilities(i, -h, masked);
            double expected = up.Zip(down, (a, b) => Math.Abs(a - b) / (2 * h)).Sum() * _numerators[i];
            Assert.Equal(expected, conditions[i], 1e-9 * _numerators[i]);
        }
    }

    [Fact]
    public void ADroppedNumeratorIsOne()
    {
        var softmax = new AttentionSoftmax(Columns, Scale, _mask);
        Assert.Equal(softmax.Conditions(_scores, [.. _scores.Select(_ => 1f)]), softmax.Conditions(_scores, null));
    }

    [Theory]
    [InlineData(-1e4f)]
    [InlineData(-1e9f)]
    [InlineData(float.MinValue)]
    [InlineData(float.NegativeInfinity)]
    public void MaskedScoresAreNeverRecomputed(float never)
    {
        // The last row is masked altogether, as that of a sample's padding.
        bool[] masked = [.. _scores.Select((_, i) => i % 3 == 0 || i / Columns == Rows - 1)];
        var softmax = new AttentionSoftmax(Columns, Scale, [.. masked.Select(m => m ? never : 0)]);
        Assert.Equal(masked, Enumerable.Range(0, masked.Length).Select(softmax.IsMasked));
        Assert.Equal(masked.Select(m => !m), softmax.Flags(new RecomputeRule(0, Numerator.Exact), _scores, _numerators));
    }

    [Fact]
    public void ScoresThatMatterAreOfTheHighAccumulatorAndOthersOfTheLow()
    {
        Accumulator low = new(FloatFormat.E4M3Ieee), high = new(FloatFormat.F16);
        float[] x = _scores[..(Rows * 5)], bias = new float[Columns];
        var columns = PackedColumns.Pack(5, Columns, (k, c) => _numerators[(k * Columns) + c]);
        var softmax = new AttentionSoftmax(Columns, Scale, _mask);
        Products Of() => new(x, columns, bias) { Softmax = softmax };
        float[] lows = Of().All(low), highs = Of().All(high);
        foreach (var numerator in Enum.GetValues<Numerator>())
        {
            double[] conditions = softmax.Conditions(lows, Of().Numerators(numerator));
            double tolerance = conditions.Max() / 2;
            var (values, recomputed) = new MixedAccumulation(low, high, new RecomputeRule(tolerance, numerator)).Run(null, Of());
            Assert.Contains(true, recomputed);
            Assert.Equal(conditions.Select(c => c > tolerance), recomputed);
            Assert.Equal(recomputed.Select((r, i) => r ? highs[i] : lows[i]), values);
        }
    }

    /// <summary>The row of score <paramref name="moved"/>, which has another value, by the definition of softmax.</summary>
    private double[] Probabilities(int moved, double by, bool masked)
    {
        int first = moved / Columns * Columns;
        double[] e = [.. Enumerable.Range(first, Columns).Select(i =>
            Math.Exp((Scale * (_scores[i] + (i == moved ? by : 0))) + (masked ? _mask[i] : 0)))];
        return [.. e.Select(x => x / e.Sum())];
    }
}

using MixPrec.Compiler.Conditioning;
using MixPrec.Compiler.Graphs;
using MixPrec.Experiments.Accumulation;
using MixPrec.Experiments.Emulation;
using Xunit;

namespace MixPrec.Experiments.Tests;

public sealed class MixedAccumulationTests
{
    private static readonly Accumulator Low = new(FloatFormat.E4M3Ieee), High = new(FloatFormat.F16);
    private static readonly UnaryFunction Relu = new(UnaryKind.Relu);
    private readonly float[] _x, _bias;
    private readonly PackedColumns _weights;

    public MixedAccumulationTests()
    {
        var random = new Random(8);
        float Next() => (float)(random.NextDouble() - 0.5);
        _x = [.. Enumerable.Range(0, 20 * 40).Select(_ => Next())];
        float[] w = [.. Enumerable.Range(0, 40 * 50).Select(_ => Next())];
        _bias = [.. Enumerable.Range(0, 50).Select(_ => Next())];
        _weights = PackedColumns.Pack(40, 50, (k, c) => w[(k * 50) + c]);
    }

    [Fact]
    public void FlaggedComponentsAreOfTheHighAccumulatorAndOthersOfTheLow()
    {
        foreach (var numerator in Enum.GetValues<Numerator>())
        {
            var rule = new RecomputeRule(3, numerator);
            var (values, recomputed) = new MixedAccumulation(Low, High, rule).Run(Relu, new Products(_x, _weights, _bias));
            float[] low = Uniform(Low), high = Uniform(High);
            var numerators = Numerators.Compute(numerator, _x, _weights, _bias);
            Assert.Contains(true, recomputed);
            Assert.Contains(false, recomputed);
            for (int i = 0; i < values.Length; i++)
            {
                Assert.Equal(low[i] > 0 && (numerators?[i] ?? 1) / (double)low[i] > 3, recomputed[i]);
                Assert.Equal(recomputed[i] ? high[i] : low[i], values[i]);
            }
        }
    }

    [Fact]
    public void TolerancesReachFromOneAccumulatorToTheOther()
    {
        Assert.Equal(Uniform(Low), new MixedAccumulation(Low, High, new RecomputeRule(double.PositiveInfinity, Numerator.Dropped))
            .Run(null, new Products(_x, _weights, _bias)).Values);
        Assert.Equal(Uniform(High), new MixedAccumulation(Low, High, new RecomputeRule(0, Numerator.Dropped))
            .Run(null, new Products(_x, _weights, _bias)).Values);
    }

    [Fact]
    public void TheGuardTakesComponentsThatMayBePositiveInTruth()
    {
        float[] numerators = [10, 10, 10, 10], low = [-0.5f, 0, -0.7f, 5];
        double roundoff = Low.Format.UnitRoundoff;
        Assert.Equal([false, false, false, false], new RecomputeRule(4, Numerator.Exact).Flags(Relu, low, numerators, roundoff));
        // −1·2⁻⁴·10 = −0.625.
        Assert.Equal([true, true, false, false], new RecomputeRule(4, Numerator.Exact, 1).Flags(Relu, low, numerators, roundoff));
        Assert.Equal([false, false, false, false], new RecomputeRule(1e9, Numerator.Exact, 1)
            .Flags(new UnaryFunction(UnaryKind.Tanh), [-0.5f, 1, 2, 3], numerators, roundoff));
    }

    [Fact]
    public void AnAbsoluteConditionLooksAtTheNumeratorAlone()
    {
        float[] numerators = [3, 5, 3, 5], low = [0.01f, 0.01f, 100, 100];
        Assert.Equal([true, true, false, false], new RecomputeRule(4, Numerator.Exact).Flags(null, low, numerators, 0));
        Assert.Equal([false, true, false, true], new RecomputeRule(4, Numerator.Exact, Absolute: true).Flags(null, low, numerators, 0));
    }

    [Fact]
    public void TheOrderOfChannelsChangesNoBit()
    {
        var random = new Random(2);
        bool[][] choices = [[.. Enumerable.Range(0, 50).Select(_ => random.Next(3) == 0)], new bool[50], [.. Enumerable.Repeat(true, 50)]];
        float[] low = Uniform(Low), high = Uniform(High);
        foreach (bool[] choice in choices)
        {
            var product = new StaticAccumulation(Low, High, _weights, _bias, 1, choice);
            Assert.Equal(Enumerable.Range(0, 50), product.Order.Order());
            Assert.Equal(choice.Order(), product.Order.Select(c => choice[c]));
            Assert.Equal(low.Select((v, i) => choice[i % 50] ? high[i] : v).Select(BitConverter.SingleToInt32Bits),
                product.Run(_x).Select(BitConverter.SingleToInt32Bits));
        }

        Assert.Throws<ArgumentException>(() => new StaticAccumulation(Low with { Seed = 1 }, High, _weights, _bias, 1, choices[0]));
    }

    [Fact]
    public void AChannelThatIsFlaggedInHalfOfTheRowsBecomesHigh() =>
        Assert.Equal([true, false, true], StaticAccumulation.Decide([true, false, true, false, false, true], 3));

    private float[] Uniform(Accumulator accumulator)
    {
        var values = new float[20 * 50];
        EmulatedProduct.Run(accumulator, _x, _weights, _bias, values);
        return values;
    }
}

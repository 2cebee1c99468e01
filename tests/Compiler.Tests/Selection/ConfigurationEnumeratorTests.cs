using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Partition;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Tests.Partition;
using Xunit;

namespace MixPrec.Compiler.Tests.Selection;

public sealed class ConfigurationEnumeratorTests
{
    private static readonly IReadOnlyList<PrecisionConfig> Four =
        [PrecisionConfig.F32, PrecisionConfig.BF16, PrecisionConfig.I8, PrecisionConfig.I8A7];

    [Fact]
    public void SmallSubgraphsAreEnumeratedInFull()
    {
        var all = ConfigurationEnumerator.Enumerate(Parallel(3), _ => Four);
        Assert.Equal(64, all.Select(a => string.Join(" ", a)).Distinct().Count());
        Assert.All(all[0], p => Assert.Same(PrecisionConfig.F32, p));
    }

    [Fact]
    public void LargeOnesKeepTheNeighbourhoodOfUniformAssignments()
    {
        var all = ConfigurationEnumerator.Enumerate(Parallel(6), _ => Four, cap: 100);
        Assert.Equal(4 + (4 * 6 * 3), all.Count);
        Assert.All(all, a => Assert.True(a.GroupBy(p => p).Max(g => g.Count()) >= 5));
        Assert.Equal(all.Count, all.Select(a => string.Join(" ", a)).Distinct().Count());
    }

    /// <summary>Five ops, two of them products of activations: every way of these beside uniform weights.</summary>
    [Fact]
    public void ProductsOfActivationsVaryBesideUniformWeights()
    {
        var net = new Networks();
        var block = net.Build(net.LlamaBlock("", net.Input("x", 1, 6, 8), net.Input("mask", 1, 1, 6, 6),
            net.Input("rotary", 1, 6, 1, 4), 8, 2));
        var attention = SequentialPartition.Partition(block).Single(s => s.Quantizable.Any(n => n.MultipliesActivations()));
        Assert.Equal(["q", "k", "v", "QK", "AV"], attention.Quantizable.Select(n => n.Name));
        var all = ConfigurationEnumerator.Enumerate(attention,
            n => n.MultipliesActivations() ? [PrecisionConfig.F32, PrecisionConfig.I8] : Four);
        Assert.Equal(16, all.Count);
        Assert.All(all, a => Assert.Single(a.Take(3).Distinct()));
        Assert.Equal(["f32 f32", "f32 i8", "i8 f32", "i8 i8"], all.Select(a => $"{a[3]} {a[4]}").Distinct());
        var few = ConfigurationEnumerator.Enumerate(attention,
            n => n.MultipliesActivations() ? [PrecisionConfig.F32, PrecisionConfig.I8] : Four,
            cap: 10);
        Assert.Equal(["f32 f32", "i8 i8"], few.Select(a => $"{a[3]} {a[4]}").Distinct());
        Assert.Equal(0, OpCost.WeightBytes(attention.Quantizable[3], PrecisionConfig.I8));
        Assert.Equal(2 * 6 * 6 * 4, OpCost.Macs(attention.Quantizable[3], new Dictionary<string, long>()));
    }

    /// <summary>Ways of the products times candidates of the weights are 7 · 9 = 63: fewer than the cap, of which candidates that no layer
    /// here has take no part.</summary>
    [Fact]
    public void OnlyCandidatesOfTheSubgraphCountAgainstTheCap()
    {
        var net = new Networks();
        var block = net.Build(net.LlamaBlock("", net.Input("x", 1, 6, 8), net.Input("mask", 1, 1, 6, 6),
            net.Input("rotary", 1, 6, 1, 4), 8, 2));
        var attention = SequentialPartition.Partition(block).Single(s => s.Quantizable.Any(n => n.MultipliesActivations()));
        PrecisionConfig[] products = [.. Four.Take(3)], weights = [.. PrecisionConfig.All.Take(7)];
        var all = ConfigurationEnumerator.Enumerate(attention, n => n.MultipliesActivations() ? products : weights);
        Assert.Equal(63, all.Count);
        Assert.Equal(9, all.Select(a => (a[3], a[4])).Distinct().Count());
    }

    [Fact]
    public void UniformOnesStayUnderAnyCap() => Assert.Equal(4, ConfigurationEnumerator.Enumerate(Parallel(6), _ => Four, cap: 1).Count);

    [Fact]
    public void OnlyAllowedCandidatesAreUsed()
    {
        var all = ConfigurationEnumerator.Enumerate(Parallel(6), n =>
            n.Name == "p0" ? [PrecisionConfig.I8] : [PrecisionConfig.BF16, PrecisionConfig.F32], cap: 20);
        Assert.All(all, a => Assert.Same(PrecisionConfig.I8, a[0]));
        Assert.All(all, a => Assert.DoesNotContain(PrecisionConfig.I8A7, a));
    }

    [Fact]
    public void MacsAndBytesFollowFromShapes()
    {
        var net = new Networks();
        var conv = SequentialPartition.Partition(net.Build(net.Conv("c", net.Input("x", 2, 3, 8, 8), 5, 3)))[0];
        var macs = new Dictionary<string, long>();
        Assert.Equal(2 * 5 * 64 * 27, OpCost.Macs(conv.Quantizable[0], macs));
        Assert.Equal(135 * 4, OpCost.WeightBytes(conv.Quantizable[0], PrecisionConfig.F32));
        Assert.Equal(135 + 40, OpCost.WeightBytes(conv.Quantizable[0], PrecisionConfig.I8));
        Assert.Equal(135 * 2, GainModels.Memory(conv, [PrecisionConfig.BF16]));
        Assert.Equal(0, GainModels.Macs(conv, [PrecisionConfig.F32], macs));
        Assert.Equal((17280 / 56.0) - (17280 / 218.0), GainModels.Macs(conv, [PrecisionConfig.I8], macs), 9);
    }

    [Theory]
    [InlineData(1000, 985, 0, 0)]
    [InlineData(1000, 900, 0, 100)]
    [InlineData(1000, 900, 150, 0)]
    [InlineData(1000, 1010, 0, -10)]
    public void SmallGainsCountAsNothing(double f32, double mixed, double open, double gain) =>
        Assert.Equal(gain, GainModels.Time(new(f32, open * Math.Sqrt(31) / 1.57, 31), new(mixed, 0, 31)));

    /// <summary>More rounds are for large gains that the spread hides, not for small ones and not for what is known.</summary>
    [Theory]
    [InlineData(800, 300, true)]
    [InlineData(800, 100, false)]
    [InlineData(950, 300, false)]
    [InlineData(1100, 300, false)]
    public void LargeGainsThatTheSpreadHidesAreWorthMoreRounds(double mixed, double open, bool isHidden) =>
        Assert.Equal(isHidden, GainModels.IsHidden(new(1000, open * Math.Sqrt(31) / 1.57, 31), new(mixed, 0, 31)));

    private static Subgraph Parallel(int layers)
    {
        var net = new Networks();
        var x = net.Input("x", 1, 8);
        return Assert.Single(SequentialPartition.Partition(net.Build(Enumerable.Range(0, layers).Select(i => net.Linear("p" + i, x, 8))
            .Aggregate((a, b) => net.Add("sum", a, b)))));
    }
}

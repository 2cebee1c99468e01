using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Partition;
using MixPrec.Compiler.Precision;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Tests.Partition;
using MixPrec.Compiler.Timing;
using Xunit;

namespace MixPrec.Compiler.Tests.Timing;

/// <summary>What is measured for what; how long it takes is the machine's affair.</summary>
public sealed class SubGraphTimerTests
{
    [Fact]
    public void EachConfigurationHasItsMeasurement()
    {
        var timing = Measure(PrecisionConfig.F32, PrecisionConfig.BF16);
        Assert.All(timing, t => Assert.Equal(2, t.Configurations.Count));
        Assert.All(timing, t => Assert.Same(t.Float32, t.Configurations[0]));
        Assert.All(timing.SelectMany(t => t.Configurations), m => Assert.True(m.Nanoseconds > 0 && m.Rounds >= 5));
    }

    /// <summary>Gains of pinned layers count from fp32 although it is no choice.</summary>
    [Fact]
    public void Float32IsMeasuredWhereItIsNoChoice()
    {
        var timing = Measure(PrecisionConfig.BF16);
        Assert.All(timing, t => Assert.Single(t.Configurations));
        Assert.All(timing, t => Assert.NotSame(t.Float32, t.Configurations[0]));
    }

    [Fact]
    public void EqualSubGraphsShareTheirMeasurement()
    {
        var timing = Measure(PrecisionConfig.F32, PrecisionConfig.BF16);
        Assert.Same(timing[0].Float32, timing[1].Float32);
        Assert.NotSame(timing[1].Float32, timing[2].Float32);
    }

    /// <summary>The share that a second pass computes is that of the sub-graph's own weights and data.</summary>
    [Fact]
    public void TimesThatDependOnDataAreNotShared()
    {
        var timing = Measure(PrecisionConfig.F32, PrecisionConfig.I8A7BF16At16);
        Assert.NotSame(timing[0].Float32, timing[1].Float32);
        Assert.All(timing, t => Assert.Equal(2, t.Configurations.Count));
    }

    /// <summary>Layers 8 → 8 → 8 → 4, the first two alike.</summary>
    private static IReadOnlyList<SubGraphTiming> Measure(params IReadOnlyList<PrecisionConfig> allowed)
    {
        var net = new Networks();
        var graph = net.Build(net.Linear("c", net.Linear("b", net.Linear("a", net.Input("x", 1, 8), 8), 8), 4));
        var parts = SequentialPartition.Of(graph);
        var ranges = new RangeTable(graph.QuantizableNodes.ToDictionary(n => n.Name, _ => new ActivationRange(-1, 1)), new Dictionary<string, ActivationRange>());
        return SubGraphTimer.Measure(graph, parts, [.. parts.Select(p => ConfigurationEnumerator.Of(p, _ => allowed))], ranges, Samples(), TestContext.Current.CancellationToken);
    }

    private static SampleSet Samples() => new(new Dictionary<string, Tensor> { ["x"] = Tensor.Of([.. Enumerable.Range(0, 24).Select(i => i / 24f)], 3, 8) }, null, null, 3);
}

using MixPrec.Compiler.Data;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Partition;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Tests.Partition;
using MixPrec.Compiler.Timing;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Timing;

/// <summary>What is measured for what; how long it takes is the machine's affair.</summary>
public sealed class SubgraphTimerTests
{
    [Fact]
    public void EachConfigurationHasItsMeasurement()
    {
        var timing = Measure(PrecisionConfig.F32, PrecisionConfig.BF16);
        Assert.All(timing, t => Assert.Equal(2, t.Configurations.Count));
        Assert.All(timing, t => Assert.Same(t.Float32, t.Configurations[0]));
        Assert.All(timing.SelectMany(t => t.Configurations), m => Assert.True(m.Nanoseconds > 0 && m.Rounds >= 3));
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
    public void EqualSubgraphsShareTheirMeasurement()
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
    private static IReadOnlyList<SubgraphTiming> Measure(params IReadOnlyList<PrecisionConfig> allowed)
    {
        var net = new Networks();
        var graph = net.Build(net.Linear("c", net.Linear("b", net.Linear("a", net.Input("x", 1, 8), 8), 8), 4));
        return Measure(graph, Samples(), allowed).Subgraphs;
    }

    /// <summary>
    /// A convolution with a stride leaves ⌊(w − 1)/2⌋ + 1 columns: the part behind it has an input that shows no symbol, and is timed at
    /// the sizes that the network has.
    /// </summary>
    [Fact]
    public void PartsWhoseInputsDoNotShowTheSymbolAreTimed()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", new TensorType(ElementType.F32, [1, 4, 3, IntExpr.Symbol("width")]));
        var strided = builder.Add("strided", new Conv([2, 2], [1, 1], [1, 1], [1, 1], 1), x, Weights(8, 4, 3, 3));
        var plain = builder.Add("plain", new Conv([1, 1], [1, 1], [1, 1], [1, 1], 1), strided, Weights(4, 8, 3, 3));
        var graph = builder.Build([plain], [new("W", "width")]);
        var samples = new SampleSet(new Dictionary<string, Tensor> { ["x"] = Tensor.Create(new float[2 * 4 * 3 * 21], 2, 4, 3, 21) }, null,
            null, 2);

        var table = Measure(graph, samples, [PrecisionConfig.F32, PrecisionConfig.I8, PrecisionConfig.I8A7F32]);

        Assert.Equal(2, table.Subgraphs.Count);
        Assert.All(table.Subgraphs, t => Assert.True(t.Float32.Nanoseconds > 0));
    }

    private static TimingTable Measure(Graph graph, SampleSet samples, IReadOnlyList<PrecisionConfig> allowed)
    {
        var parts = SequentialPartition.Partition(graph);
        var ranges = new RangeTable(graph.QuantizableNodes.ToDictionary(n => n.Name, _ => new ActivationRange(-1, 1)),
            new Dictionary<string, ActivationRange>());
        using var float32 = CompiledModel.Compile(Lowerer.Lower(graph, PrecisionAssignment.AllFloat, ranges, new LoweringOptions("Net")));
        var configurations = parts.Select(p => ConfigurationEnumerator.Enumerate(p,
            n => [.. allowed.Where(Candidates.ForNode(n).Contains)])).ToArray();
        var cancellation = TestContext.Current.CancellationToken;
        var whole = NetworkTimer.Measure(graph, samples, float32, cancellation);
        return new SubgraphTimer(graph, samples, ranges, new EncodedWeightsCache(), threads: 1, TimeSpan.FromSeconds(2), (_, _) => { },
                cancellation)
            .Measure(parts, configurations, float32, whole);
    }

    private static Value Weights(params long[] shape) =>
        GraphBuilder.Constant("w", [.. Enumerable.Range(0, (int)Tensor.Count(shape)).Select(i => (i % 7 * 0.1f) - 0.3f)], shape);

    private static SampleSet Samples() =>
        new(new Dictionary<string, Tensor> { ["x"] = Tensor.Create([.. Enumerable.Range(0, 24).Select(i => i / 24f)], 3, 8) }, null, null, 3);
}

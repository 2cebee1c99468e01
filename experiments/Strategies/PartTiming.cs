using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Partition;
using MixPrec.Compiler.Timing;

namespace MixPrec.Experiments.Strategies;

/// <summary>A sub-graph with what each of its configurations takes.</summary>
internal sealed record PartTiming(Subgraph Subgraph, IReadOnlyList<IReadOnlyList<PrecisionConfig>> Configurations, SubgraphTiming Times)
{
    /// <summary>Nanoseconds that a configuration saves.</summary>
    public double Gain(int configuration) => Times.Float32.Nanoseconds - Times.Configurations[configuration].Nanoseconds;

    /// <summary>What each layer saves that alone leaves fp32, by its name and candidate.</summary>
    public IEnumerable<KeyValuePair<(string Layer, PrecisionConfig Precision), double>> Alone() =>
        Configurations.Index().Where(c => c.Item.Count(p => p != PrecisionConfig.F32) == 1)
            .Select(c => (c.Index, Layer: c.Item.Index().First(p => p.Item != PrecisionConfig.F32)))
            .Select(c => KeyValuePair.Create((Subgraph.Quantizable[c.Layer.Index].Name, c.Layer.Item), Gain(c.Index)));
}

/// <summary>The configurations of a sub-graph of which one layer leaves fp32.</summary>
internal static class SingleDepartures
{
    public static IEnumerable<IReadOnlyList<PrecisionConfig>> Of(Subgraph subgraph,
        Func<Node, IReadOnlyList<PrecisionConfig>> candidates) =>
        subgraph.Quantizable.SelectMany((node, i) => candidates(node).Where(p => p != PrecisionConfig.F32)
            .Select(p => (IReadOnlyList<PrecisionConfig>)[.. subgraph.Quantizable.Select((_, j) => j == i ? p : PrecisionConfig.F32)]));
}

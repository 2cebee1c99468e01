using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Partition;
using MixPrec.Compiler.Precision;

namespace MixPrec.Compiler.Timing;

/// <summary>What a sub-graph takes.</summary>
/// <param name="Float32">With every op in fp32: what gains count from, also where rules leave no fp32 to choose.</param>
/// <param name="Configurations">In the order they were given.</param>
internal sealed record SubGraphTiming(Measurement Float32, IReadOnlyList<Measurement> Configurations);

/// <summary>
/// Measures what every configuration of every sub-graph takes: the emitted code of the sub-graph alone, conversions at its own boundary included
/// (arXiv 2505.13060, algorithm of the paper's section on time gain). Equal sub-graphs share one measurement.
/// </summary>
internal static class SubGraphTimer
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(12);

    /// <summary>One measurement for each of <paramref name="choices"/>, and of fp32 where it is not among them, per sub-graph.</summary>
    public static IReadOnlyList<SubGraphTiming> Measure(
        Graph graph, IReadOnlyList<SubGraph> subGraphs, IReadOnlyList<IReadOnlyList<IReadOnlyList<PrecisionConfig>>> choices, RangeTable ranges, CancellationToken cancellation)
    {
        var configurations = choices.Select(WithFloat).ToArray();
        string Key(int i) => subGraphs[i].Signature + string.Join("|", configurations[i].Select(c => string.Join(' ', c)));
        var distinct = Enumerable.Range(0, subGraphs.Count).DistinctBy(Key).ToArray();
        var parts = distinct.Select(i => graph.Extract(subGraphs[i].Nodes)).ToArray();
        var lowered = distinct.SelectMany((i, position) => configurations[i].Select(c =>
            Lowerer.Lower(parts[position], Assignment(subGraphs[i], c), ranges, new LoweringOptions("Part", ChannelsLastPorts: true)))).ToArray();
        var compiled = lowered.Length == 0 ? [] : CompiledModel.CompileMany(lowered);
        try
        {
            var measured = new Dictionary<string, IReadOnlyList<Measurement>>();
            int first = 0;
            for (int position = 0; position < distinct.Length; position++)
            {
                int i = distinct[position], count = configurations[i].Count;
                measured[Key(i)] = Measure(parts[position], [.. compiled.Skip(first).Take(count)], Longest / distinct.Length, cancellation);
                first += count;
            }

            return [.. choices.Select((c, i) => new SubGraphTiming(measured[Key(i)][0], [.. measured[Key(i)].TakeLast(c.Count)]))];
        }
        finally
        {
            foreach (var model in compiled)
            {
                model.Dispose();
            }
        }
    }

    /// <summary>Whole networks against each other.</summary>
    public static IReadOnlyList<Measurement> Measure(Graph graph, IReadOnlyList<CompiledModel> models, TimeSpan budget, CancellationToken cancellation)
    {
        var inputs = SyntheticInputs.For(graph);
        var runs = models.Select(m => m.Prepare(inputs)).ToArray();
        try
        {
            return Stopwatches.Measure([.. runs.Select(r => (Action)r.Invoke)], TimeProvider.System, budget, cancellation);
        }
        finally
        {
            foreach (var run in runs)
            {
                run.Dispose();
            }
        }
    }

    /// <summary>All-fp32 first: enumeration puts it there where it is allowed.</summary>
    private static IReadOnlyList<IReadOnlyList<PrecisionConfig>> WithFloat(IReadOnlyList<IReadOnlyList<PrecisionConfig>> configurations) =>
        configurations[0].All(p => p == PrecisionConfig.F32) ? configurations : [[.. configurations[0].Select(_ => PrecisionConfig.F32)], .. configurations];

    private static PrecisionAssignment Assignment(SubGraph subGraph, IReadOnlyList<PrecisionConfig> precisions) =>
        new(subGraph.Quantizable.Zip(precisions).ToDictionary(p => p.First.Name, p => p.Second));
}

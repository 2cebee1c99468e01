using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Partition;
using MixPrec.Compiler.Precision;

namespace MixPrec.Compiler.Timing;

/// <summary>
/// Measures what every configuration of every sub-graph takes: the emitted code of the sub-graph alone, conversions at its own boundary included
/// (arXiv 2505.13060, algorithm of the paper's section on time gain). Equal sub-graphs share one measurement.
/// </summary>
internal static class SubGraphTimer
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(12);

    /// <summary>One measurement for each of <paramref name="configurations"/>, in the same order, per sub-graph.</summary>
    public static IReadOnlyList<IReadOnlyList<Measurement>> Measure(
        Graph graph, IReadOnlyList<SubGraph> subGraphs, IReadOnlyList<IReadOnlyList<IReadOnlyList<PrecisionConfig>>> configurations, RangeTable ranges, CancellationToken cancellation)
    {
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

            return [.. Enumerable.Range(0, subGraphs.Count).Select(i => measured[Key(i)])];
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

    private static PrecisionAssignment Assignment(SubGraph subGraph, IReadOnlyList<PrecisionConfig> precisions) =>
        new(subGraph.Quantizable.Zip(precisions).ToDictionary(p => p.First.Name, p => p.Second));
}

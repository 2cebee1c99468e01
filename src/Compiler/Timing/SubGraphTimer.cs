using MixPrec.Compiler.Data;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Compiler.Partition;
using MixPrec.Compiler.Precision;

namespace MixPrec.Compiler.Timing;

/// <summary>What a sub-graph takes.</summary>
/// <param name="Float32">With every op in fp32: what gains count from, also where rules leave no fp32 to choose.</param>
/// <param name="Configurations">In the order they were given.</param>
internal sealed record SubGraphTiming(Measurement Float32, IReadOnlyList<Measurement> Configurations);

/// <summary>
/// Measures what every configuration of every sub-graph takes: the emitted code of the sub-graph alone, conversions at its own boundary included
/// (arXiv 2505.13060, algorithm of the paper's section on time gain). Equal sub-graphs share one measurement; where a configuration's time depends on data and
/// weights, a sub-graph has its own, with what calibration samples give its inputs.
/// </summary>
internal static class SubGraphTimer
{
    /// <summary>Weights of all configurations that are compiled together: one compilation for everything is the fastest, but all weights at once may not fit into memory.</summary>
    private const long MostBytesAtOnce = 512L << 20;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(12);

    /// <summary>One measurement for each of <paramref name="choices"/>, and of fp32 where it is not among them, per sub-graph.</summary>
    /// <param name="samples">Calibration samples.</param>
    public static IReadOnlyList<SubGraphTiming> Measure(
        Graph graph, IReadOnlyList<SubGraph> subGraphs, IReadOnlyList<IReadOnlyList<IReadOnlyList<PrecisionConfig>>> choices, RangeTable ranges, SampleSet samples, CancellationToken cancellation)
    {
        var configurations = choices.Select(WithFloat).ToArray();
        bool DependsOnData(int i) => configurations[i].Any(c => c.Any(p => p.Second is not null));
        string Key(int i) => (DependsOnData(i) ? $"{i} " : "") + subGraphs[i].Signature + string.Join("|", configurations[i].Select(c => string.Join(' ', c)));
        var distinct = Enumerable.Range(0, subGraphs.Count).DistinctBy(Key).ToArray();
        var parts = distinct.Select(i => graph.Extract(subGraphs[i].Nodes)).ToArray();
        var inputs = TimingInputs.Record(graph, samples, distinct.Zip(parts).Where(p => DependsOnData(p.First)).SelectMany(p => p.Second.Inputs));
        var measured = new Dictionary<string, IReadOnlyList<Measurement>>();
        for (int first = 0, count; first < distinct.Length; first += count)
        {
            count = CountAtOnce(Enumerable.Range(first, distinct.Length - first).Select(d => parts[d].ConstantBytes * configurations[distinct[d]].Count));
            var compiled = CompiledModel.CompileMany([.. Enumerable.Range(first, count).SelectMany(d => configurations[distinct[d]].Select(c =>
                Lowerer.Lower(parts[d], Assignment(subGraphs[distinct[d]], c), ranges, new LoweringOptions("Part", ChannelsLastPorts: true))))]);
            try
            {
                int model = 0;
                for (int d = first; d < first + count; d++)
                {
                    int models = configurations[distinct[d]].Count;
                    measured[Key(distinct[d])] = Measure(inputs.For(parts[d], Layout.ChannelsLast), [.. compiled.Skip(model).Take(models)], Longest / distinct.Length, cancellation);
                    model += models;
                }
            }
            finally
            {
                foreach (var used in compiled)
                {
                    used.Dispose();
                }
            }
        }

        return [.. choices.Select((c, i) => new SubGraphTiming(measured[Key(i)][0], [.. measured[Key(i)].TakeLast(c.Count)]))];
    }

    /// <summary>How many of the first sub-graphs are in memory at once: at least one, and as many as stay below <see cref="MostBytesAtOnce"/> together.</summary>
    private static int CountAtOnce(IEnumerable<long> bytes)
    {
        long sum = 0;
        return Math.Max(1, bytes.TakeWhile(b => (sum += b) <= MostBytesAtOnce).Count());
    }

    /// <summary>Whole networks against each other, on calibration samples.</summary>
    public static IReadOnlyList<Measurement> Measure(Graph graph, SampleSet samples, IReadOnlyList<CompiledModel> models, TimeSpan budget, CancellationToken cancellation) =>
        Measure(TimingInputs.Record(graph, samples, graph.Inputs).For(graph, Layout.RowMajor), models, budget, cancellation);

    private static IReadOnlyList<Measurement> Measure(IReadOnlyList<IReadOnlyList<Tensor>> inputs, IReadOnlyList<CompiledModel> models, TimeSpan budget, CancellationToken cancellation)
    {
        var runs = models.Select(m => inputs.Select(m.Prepare).ToArray()).ToArray();
        try
        {
            return Stopwatches.Measure([.. runs.Select(InTurn)], TimeProvider.System, budget, cancellation);
        }
        finally
        {
            foreach (var run in runs.SelectMany(r => r))
            {
                run.Dispose();
            }
        }
    }

    private static Action InTurn(PreparedRun[] runs)
    {
        int next = 0;
        return () =>
        {
            runs[next].Invoke();
            next = next + 1 < runs.Length ? next + 1 : 0;
        };
    }

    /// <summary>All-fp32 first: enumeration puts it there where it is allowed.</summary>
    private static IReadOnlyList<IReadOnlyList<PrecisionConfig>> WithFloat(IReadOnlyList<IReadOnlyList<PrecisionConfig>> configurations) =>
        configurations[0].All(p => p == PrecisionConfig.F32) ? configurations : [[.. configurations[0].Select(_ => PrecisionConfig.F32)], .. configurations];

    private static PrecisionAssignment Assignment(SubGraph subGraph, IReadOnlyList<PrecisionConfig> precisions) =>
        new(subGraph.Quantizable.Zip(precisions).ToDictionary(p => p.First.Name, p => p.Second));
}

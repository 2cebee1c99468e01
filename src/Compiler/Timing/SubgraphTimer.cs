using MixPrec.Compiler.Data;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Compiler.Partition;

namespace MixPrec.Compiler.Timing;

/// <summary>How far a measurement is.</summary>
internal delegate void TimingProgress(int done, int all);

/// <summary>
/// Measures what every configuration of every sub-graph takes: the emitted code of the sub-graph alone, conversions at its own boundary
/// included (arXiv 2505.13060, algorithm of the paper's section on time gain), at the sizes that the whole network has and with the caches
/// as the rest of the network leaves them. Equal sub-graphs share one measurement; where a configuration's time depends on data and
/// weights, a sub-graph has its own, with what calibration samples give its inputs.
/// </summary>
/// <param name="weights">Keeps what configurations have in common packed.</param>
/// <param name="threads">Of each run.</param>
/// <param name="budget">Time for all of it.</param>
internal sealed class SubgraphTimer(
    Graph graph, SampleSet samples, RangeTable ranges, EncodedWeightsCache weights, int threads, TimeSpan budget, TimingProgress progress,
        CancellationToken cancellation)
{
    /// <summary>
    /// Weights of all configurations that are compiled together: one compilation for everything is the fastest, but all weights at once may
    /// not fit into memory.
    /// </summary>
    private const long MostBytesAtOnce = 512L << 20;

    /// <summary>Classes that are compiled together: more are not much faster, and nobody would see how far it is.</summary>
    private const int MostModelsAtOnce = 256;

    private readonly StopClocks _clocks = StopClocks.System;

    /// <summary>Whether fp32 and a configuration leave open what more rounds would say: they go on while there is time.</summary>
    public Func<Measurement, Measurement, bool> IsOpen { get; init; } = (_, _) => false;

    /// <summary>One measurement for each of <paramref name="choices"/>, and of fp32 where it is not among them, per sub-graph.</summary>
    /// <param name="float32">The whole network in fp32, which has been run.</param>
    /// <param name="whole">What it takes.</param>
    public TimingTable Measure(
        IReadOnlyList<Subgraph> subgraphs, IReadOnlyList<IReadOnlyList<IReadOnlyList<PrecisionConfig>>> choices, CompiledModel float32,
            Measurement whole)
    {
        long start = _clocks.Wall.GetTimestamp();
        var configurations = choices.Select(WithFloat).ToArray();
        bool DependsOnData(int i) => configurations[i].Any(c => c.Any(p => p.Second is not null));
        string Key(int i) => (DependsOnData(i) ? $"{i} " : "") + subgraphs[i].Signature + string.Join("|",
            configurations[i].Select(c => string.Join(' ', c)));
        var distinct = Enumerable.Range(0, subgraphs.Count).DistinctBy(Key).ToArray();
        var parts = distinct.Select(i => graph.Extract(subgraphs[i].Nodes)).ToArray();
        var inputs = TimingInputs.Record(graph, samples, distinct.Zip(parts).Where(p => DependsOnData(p.First))
            .SelectMany(p => p.Second.Inputs));
        var measured = new Dictionary<string, IReadOnlyList<Measurement>>();
        using var pressure = new CachePressure(float32.Footprint);
        for (int first = 0, count; first < distinct.Length; first += count)
        {
            count = CountAtOnce(Enumerable.Range(first, distinct.Length - first)
                .Select(d => (parts[d].ConstantBytes, configurations[distinct[d]].Count)));
            cancellation.ThrowIfCancellationRequested();
            var compiled = CompiledModel.CompileMany([.. Enumerable.Range(first, count)
                .SelectMany(d => configurations[distinct[d]].Select(c =>
                Lowerer.Lower(parts[d], Assignment(subgraphs[distinct[d]], c), ranges,
                    new LoweringOptions("Part", ChannelsLastPorts: true) { Encoded = weights, Threads = threads })))]);
            try
            {
                int model = 0;
                for (int d = first; d < first + count; d++)
                {
                    progress(d, distinct.Length);
                    int models = configurations[distinct[d]].Count;
                    var limits = Limits((budget.TotalSeconds - _clocks.Seconds(start)) / (distinct.Length - d));
                    measured[Key(distinct[d])] = Measure(inputs.For(parts[d], Layout.ChannelsLast), inputs.Sizes,
                        [.. compiled.Skip(model).Take(models)], float32.Footprint, pressure, limits);
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

        progress(distinct.Length, distinct.Length);
        return new TimingTable([.. choices.Select((c, i) =>
            new SubgraphTiming(measured[Key(i)][0], [.. measured[Key(i)].TakeLast(c.Count)]))], whole);
    }

    /// <summary>
    /// How many of the first sub-graphs are in memory at once: at least one, and as many as stay below <see cref="MostBytesAtOnce"/>
    /// together.
    /// </summary>
    private static int CountAtOnce(IEnumerable<(long Bytes, int Models)> parts)
    {
        long bytes = 0;
        int models = 0;
        return Math.Max(1, parts.TakeWhile(p => (bytes += p.Bytes * p.Models) <= MostBytesAtOnce
            && (models += p.Models) <= MostModelsAtOnce).Count());
    }

    /// <summary>Three rounds still have a median, when there is no time for more.</summary>
    private RoundLimits Limits(double seconds) => new(TimeSpan.FromSeconds(Math.Max(seconds, 0)))
    {
        Fewest = seconds > 0 ? 5 : 3, Decided = times => !times.Skip(1).Any(t => IsOpen(times[0], t)),
    };

    private IReadOnlyList<Measurement> Measure(
        IReadOnlyList<IReadOnlyList<Tensor>> inputs, IReadOnlyDictionary<string, long> sizes, IReadOnlyList<CompiledModel> models,
            long whole, CachePressure pressure, RoundLimits limits)
    {
        using var runs = new RunsInTurn(models, inputs, sizes);

        // The first is in fp32: what is left of the whole network is the same for all of them.
        runs.Run(0);
        var rest = pressure.Of(whole - models[0].Footprint);
        return Stopwatches.Measure([.. models.Select((_, i) => new TimedRun(() => runs.Run(i), rest is null ? null : () =>
        {
            rest();
            runs.ReadInputs(i);
        }))], _clocks, limits, cancellation);
    }

    /// <summary>All-fp32 first: enumeration puts it there where it is allowed.</summary>
    private static IReadOnlyList<IReadOnlyList<PrecisionConfig>> WithFloat(IReadOnlyList<IReadOnlyList<PrecisionConfig>> configurations) =>
        configurations[0].All(p => p == PrecisionConfig.F32) ? configurations
            : [[.. configurations[0].Select(_ => PrecisionConfig.F32)], .. configurations];

    private static PrecisionAssignment Assignment(Subgraph subgraph, IReadOnlyList<PrecisionConfig> precisions) =>
        new(subgraph.Quantizable.Zip(precisions).ToDictionary(p => p.First.Name, p => p.Second));
}

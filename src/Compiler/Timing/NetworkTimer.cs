using MixPrec.Compiler.Data;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering.Storage;

namespace MixPrec.Compiler.Timing;

/// <summary>Times whole networks on calibration samples, run after run as an application runs them.</summary>
internal static class NetworkTimer
{
    private static readonly TimeSpan s_usual = TimeSpan.FromSeconds(2);

    public static IReadOnlyList<Measurement> Measure(Graph graph, SampleSet samples, IReadOnlyList<CompiledModel> models, TimeSpan longest,
        CancellationToken cancellation) =>
        Measure(graph, samples, models, new RoundLimits(longest), cancellation);

    public static Measurement Measure(Graph graph, SampleSet samples, CompiledModel model, CancellationToken cancellation) =>
        Measure(graph, samples, [model], new RoundLimits(s_usual), cancellation)[0];

    /// <summary>Two networks, until one is seen to be faster or both to be as fast, or until <paramref name="longest"/> is over.</summary>
    public static TimeComparison Compare(Graph graph, SampleSet samples, CompiledModel first, CompiledModel second, TimeSpan longest,
        CancellationToken cancellation)
    {
        var limits = new RoundLimits(longest) { Decided = m => new TimeComparison(m[0], m[1]).Verdict != Verdict.Undecided };
        var times = Measure(graph, samples, [first, second], limits, cancellation);
        return new(times[0], times[1]);
    }

    private static IReadOnlyList<Measurement> Measure(Graph graph, SampleSet samples, IReadOnlyList<CompiledModel> models,
        RoundLimits limits, CancellationToken cancellation)
    {
        var inputs = TimingInputs.Record(graph, samples, graph.Inputs);
        using var runs = new RunsInTurn(models, inputs.For(graph, Layout.RowMajor), inputs.Sizes);
        return Stopwatches.Measure([.. models.Select((_, i) => new TimedRun(() => runs.Run(i)))], StopClocks.System, limits, cancellation);
    }
}

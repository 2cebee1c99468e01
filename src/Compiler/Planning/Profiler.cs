using MixPrec.Compiler.Data;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Losses;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Partition;
using MixPrec.Compiler.Sensitivity;
using MixPrec.Compiler.Timing;
using MixPrec.Plan;

namespace MixPrec.Compiler.Planning;

/// <summary>The times of a network, as a timing table takes them.</summary>
/// <param name="Key">Of the network in the table.</param>
/// <param name="FromParts">For each of <see cref="NetworkTimes.Whole"/> what a plan would be predicted to take: the sum over parts; NaN
/// where a part was not timed so.</param>
internal sealed record Profile(string Key, NetworkTimes Times, IReadOnlyList<double> FromParts, bool PartsAgree);

/// <summary>
/// Measures what planning needs to know of time and decides nothing: the planner's stages that calibrate, partition and time.
/// </summary>
internal sealed class Profiler(CompilerOptions options, Graph graph, IProgress<BuildProgress> progress,
    CancellationToken cancellation)
{
    private static readonly SensitivityTable s_none = new(new Dictionary<(string, PrecisionConfig), double>(), 1);

    private readonly EncodedWeightsCache _weights = new();

    public Profile Run()
    {
        // Without samples there are none to tell how often a second pass computes.
        var asked = options.CalibrationData is not null ? options
            : options with { Precisions = [.. options.Precisions.Where(p => p.Second is null)] };

        // No time depends on which rule a range is made by.
        asked = asked with { ActivationRanges = ActivationRanges.MinMax };
        var rules = LayerRules.Create(asked, graph, Candidates.FromModel);
        using var planner = new Planner(asked, graph, null, rules, progress, cancellation);
        var calibration = planner.Calibrate(options.CalibrationData is not null ? PlanningSamples.Read(options, graph)
            : PlanningSamples.MadeUp(graph));
        var parts = planner.Partition(calibration, s_none);
        var timing = planner.Time(parts, calibration, s_none);
        var table = timing.Table ?? throw new InvalidOperationException("nothing was timed");
        progress.Report(new(90, "measuring whole networks"));
        var choices = new CandidateSets(asked, rules, _weights);
        var whole = Wholes(calibration, choices, table.Whole).ToArray();
        var times = new NetworkTimes(Path.GetFileName(options.Model), NetworkTimes.Named(graph, parts.Sizes), whole,
            [.. Parts(parts.Subgraphs, timing.Configurations, table)]);
        return new(NetworkTimes.KeyOf(graph, parts.Sizes), times,
            [.. whole.Select(w => Predicted(w.Precision, parts.Subgraphs, timing.Configurations, table, choices))], table.Agrees);
    }

    /// <summary>Every layer in one candidate, as far as it may have it; fp32 first.</summary>
    private IEnumerable<WholeTime> Wholes(CalibrationResult calibration, CandidateSets choices, Measurement float32)
    {
        yield return new(PrecisionConfig.F32, float32);
        foreach (var precision in PrecisionConfig.All.Where(p => p.Second is null && p.Accumulator != ElementType.I16))
        {
            var assignment = new PrecisionAssignment(graph.QuantizableNodes.Where(n => choices.Allowed(n).Contains(precision))
                .ToDictionary(n => n.Name, _ => precision));
            if (assignment.Choices.Any())
            {
                cancellation.ThrowIfCancellationRequested();
                using var model = PlanTrials.Compile(options, graph, assignment, calibration.Ranges, _weights);
                yield return new(precision, NetworkTimer.Measure(graph, calibration.Samples.Calibration, model, cancellation));
            }
        }
    }

    /// <summary>Sub-graphs that share their measurements are one part.</summary>
    private static IEnumerable<PartTimes> Parts(IReadOnlyList<Subgraph> subgraphs,
        IReadOnlyList<IReadOnlyList<IReadOnlyList<PrecisionConfig>>> configurations, TimingTable table) =>
        Enumerable.Range(0, subgraphs.Count)
            .GroupBy(i => (Shared: (object)table.Subgraphs[i].Float32, Text: string.Join('|', configurations[i].Select(Text))))
            .Select(same => (Places: same.ToArray(), First: same.First()))
            .Select(p => new PartTimes(p.Places, [.. subgraphs[p.First].Quantizable.Select(n => n.Name)],
                [.. Known(subgraphs[p.First], configurations[p.First], table.Subgraphs[p.First])]));

    private static IEnumerable<KeyValuePair<string, Measurement>> Known(Subgraph subgraph,
        IReadOnlyList<IReadOnlyList<PrecisionConfig>> configurations, SubgraphTiming timing) =>
        configurations.Zip(timing.Configurations, (c, m) => KeyValuePair.Create(Text(c), m))
            .Prepend(KeyValuePair.Create(Text([.. subgraph.Quantizable.Select(_ => PrecisionConfig.F32)]), timing.Float32))
            .DistinctBy(c => c.Key);

    private static double Predicted(PrecisionConfig precision, IReadOnlyList<Subgraph> subgraphs,
        IReadOnlyList<IReadOnlyList<IReadOnlyList<PrecisionConfig>>> configurations, TimingTable table, CandidateSets choices) =>
        table.Fitted.Select((times, i) =>
        {
            string wanted = Text([.. subgraphs[i].Quantizable.Select(n =>
                choices.Allowed(n).Contains(precision) ? precision : PrecisionConfig.F32)]);
            return Known(subgraphs[i], configurations[i], times).Where(c => c.Key == wanted).Select(c => c.Value.Nanoseconds)
                .FirstOrDefault(double.NaN);
        }).Sum();

    private static string Text(IReadOnlyList<PrecisionConfig> precisions) => string.Join(' ', precisions);
}

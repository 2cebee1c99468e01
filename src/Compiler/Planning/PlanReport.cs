using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Partition;
using MixPrec.Compiler.Report;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Sensitivity;
using MixPrec.Compiler.Timing;
using MixPrec.Compiler.Verification;

namespace MixPrec.Compiler.Planning;

/// <summary>The report of a build that planned anew.</summary>
/// <param name="Sizes">That times were taken at and multiplications are counted at.</param>
internal sealed record PlanReport(
    CompilerOptions Options, IReadOnlyList<Subgraph> Subgraphs, SelectionProblem Problem, TimingTable? Times, Shipment Shipment,
        int CalibrationSamples,
    IReadOnlyDictionary<string, long> Sizes, SensitivityTable Sensitivity, FloatReasons Reasons)
{
    private Verified Verified => Shipment.Plan;

    /// <summary>
    /// What gains in time are multiplied by, so that all times of the report are of one measurement of fp32: the one beside the plan.
    /// </summary>
    private double Scale => ScaleOf(Options, Shipment, Problem);

    /// <inheritdoc cref="Scale"/>
    public static double ScaleOf(CompilerOptions options, Shipment shipment, SelectionProblem problem) =>
        options.Objective == Objective.Time ? shipment.GainScale(problem) : 1;

    public BuildReport Of(LockedPlan locked)
    {
        var selection = Verified.Selection;
        return Reports.OfLock(Options, locked) with
        {
            Options = [.. locked.Subject.Options.Where(o => o.Value.Length > 0)],
            CalibrationSamples = CalibrationSamples,
            Top1Agreement = Verified.Top1Agreement,
            Accuracy = Verified.Accuracy,
            Outputs = [.. Outputs(selection)],
            GainIsModelled = Options.Objective == Objective.Macs,
            GainUnit = Options.Objective == Objective.Memory ? "B" : "ns",
            Layers = [.. Layers(locked)],
            Subgraphs = [.. Subgraphs.Select((s, j) => new ReportSubgraph(j, [.. s.Quantizable.Select(n => n.Name)], [.. Timings(j)]))],
            Solver = new ReportSolver(selection.Status.ToString(), selection.Gain * Scale, selection.GainBound * Scale,
                selection.RelativeGap, Verified.Repairs),
            TradeOff = [.. ParetoSweep.Run(Problem, ParetoSweep.Budgets(Options.ErrorBudget))
                .Select(p => p with { Gain = p.Gain * Scale })],
            Baselines = [Baseline("prefix", (p, _) => Selection.Baselines.Prefix(p)), Baseline("random", Selection.Baselines.Random)],
            MeasuredPlans = [.. Measured()],
            IsWithheld = Shipment.Withheld is not null,
            WeightBytes = selection.WeightBytes - selection.Problem.FixedWeightBytes,
            Float32WeightBytes = Subgraphs.SelectMany(s => s.Quantizable).Sum(n => OpCost.WeightBytes(n, PrecisionConfig.F32)),
        };
    }

    /// <summary>Predictions stand in the order of the outputs, as measurements do.</summary>
    private IEnumerable<ReportOutput> Outputs(SelectionResult selection) => Verified.Outputs.Select((o, i) => new ReportOutput(
        o.Name, o.Loss.ToString(), Math.Sqrt(selection.Configurations.Sum(c => c.LossErrors[i])), o.Error.Value, o.Error.UpperBound95));

    private ReportBaseline Baseline(string name, Func<SelectionProblem, int, IReadOnlyList<int>?> choose) => new(name,
        [.. from budget in ParetoSweep.Budgets(Options.ErrorBudget).Index()
            let problem = Problem with { ErrorBudget = budget.Item }
            let chosen = choose(problem, budget.Index)
            where chosen is not null
            let configurations = problem.Groups.Zip(chosen, (g, c) => g.Configurations[c]).ToArray()
            select new ParetoPoint(budget.Item, problem.RelativeError(configurations),
                configurations.Sum(c => c.Gain) * Scale, configurations.Sum(c => c.WeightBytes))]);

    /// <summary>The attempts that led to the plan, those that led to one that was withheld first.</summary>
    private IEnumerable<ReportPlan> Measured() =>
        (Shipment.Withheld?.Plan.Attempts ?? []).Concat(Verified.Attempts.Count > 0 ? Verified.Attempts : [Verified])
            .DistinctBy(v => string.Join(' ', v.Selection.Chosen))
            .Select(v => new ReportPlan(v.Selection.PredictedError, Sensitivity.ErrorTogether(v.Selection.Assignment), v.Error.Value,
                v.Error.UpperBound95, v.Selection.Gain * Scale,
                v.Selection.Configurations.Sum(c => c.QuantizedLayers), v.Selection.Chosen.SequenceEqual(Verified.Selection.Chosen)));

    private IEnumerable<ReportLayer> Layers(LockedPlan locked)
    {
        double total = locked.Layers.Sum(l => l.LossError);
        var nodes = Subgraphs.SelectMany((s, j) => s.Quantizable.Select(n => (Node: n, Subgraph: j)));
        return nodes.Zip(locked.Layers, (n, l) => new ReportLayer(
            l.Name, l.Operator, string.Join("×", n.Node.Input(1).Shape), l.Precision.Id, total > 0 ? l.LossError / total : 0,
                Gain(n.Node, l),
            OpCost.Macs(n.Node, Sizes), OpCost.WeightBytes(n.Node, l.Precision), n.Subgraph)
                        {
                Recomputed = Sensitivity.Recomputed.TryGetValue((l.Name, l.Precision), out double share) ? share : double.NaN,
                Adjustments = l.Adjustments,
                WhyFloat = Reasons.For(n.Node),
                Candidates = [.. Candidates(n.Node)],
            });
    }

    /// <summary>Of several that make the same error (other accumulators) the first.</summary>
    private IEnumerable<ReportCandidate> Candidates(Node node) => PrecisionConfig.All
        .Where(p => p != PrecisionConfig.F32 && Sensitivity.Values.ContainsKey((node.Name, p)))
        .Select(p => new ReportCandidate(p.Id, Problem.RelativeError(Sensitivity[node, p]))).DistinctBy(c => c.RelativeError);

    /// <summary>The layer's part, in the report's unit.</summary>
    private double Gain(Node node, LockedLayer layer) => Options.Objective == Objective.Memory
        ? OpCost.WeightBytes(node, PrecisionConfig.F32) - OpCost.WeightBytes(node, layer.Precision)
        : layer.GainMicroseconds * 1000;

    private IEnumerable<ReportTiming> Timings(int j)
    {
        var fitted = Times is null ? null : Times.Subgraphs[j] * (Times.Ratio * Shipment.GainScale(Problem));
        return Problem.Groups[j].Configurations.Select((c, i) => new ReportTiming(
            string.Join(" ", c.Precisions), fitted?.Configurations[i].Nanoseconds ?? double.NaN, fitted?.Configurations[i].Spread
                ?? double.NaN, Problem.RelativeError([c]),
            Chosen: Verified.Selection.Chosen[j] == i));
    }
}

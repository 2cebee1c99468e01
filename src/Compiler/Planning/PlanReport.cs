using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Partition;
using MixPrec.Compiler.Report;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Timing;
using MixPrec.Compiler.Verification;

namespace MixPrec.Compiler.Planning;

/// <summary>The report of a build that planned anew.</summary>
/// <param name="Sizes">That times were taken at and multiplications are counted at.</param>
internal sealed record PlanReport(
    CompilerOptions Options, IReadOnlyList<Subgraph> Subgraphs, SelectionProblem Problem, TimingTable? Times, Shipment Shipment,
        int CalibrationSamples,
    IReadOnlyDictionary<string, long> Sizes, IReadOnlyDictionary<(string Node, PrecisionConfig Precision), double> Recomputed)
{
    private Verified Verified => Shipment.Plan;

    /// <summary>
    /// What gains in time are multiplied by, so that all times of the report are of one measurement of fp32: the one beside the plan.
    /// </summary>
    private double Scale => Options.Objective == Objective.Time ? Shipment.GainScale(Problem) : 1;

    public BuildReport Of(LockedPlan locked)
    {
        var selection = Verified.Selection;
        return Reports.OfLock(Options, locked) with
        {
            Options = [.. locked.Subject.Options.Where(o => o.Value.Length > 0)],
            CalibrationSamples = CalibrationSamples,
            Top1Agreement = Verified.Top1Agreement,
            Accuracy = Verified.Accuracy,
            GainIsModelled = Options.Objective == Objective.Macs,
            GainUnit = Options.Objective == Objective.Memory ? "B" : "ns",
            Layers = [.. Layers(locked)],
            Subgraphs = [.. Subgraphs.Select((s, j) => new ReportSubgraph(j, [.. s.Quantizable.Select(n => n.Name)], [.. Timings(j)]))],
            Solver = new ReportSolver(selection.Status.ToString(), selection.Gain * Scale, selection.GainBound * Scale,
                selection.RelativeGap, Verified.Repairs),
            TradeOff = [.. ParetoSweep.Run(Problem, ParetoSweep.Budgets(Options.ErrorBudget))
                .Select(p => p with { Gain = p.Gain * Scale })],
            IsWithheld = Shipment.Withheld is not null,
            WeightBytes = selection.WeightBytes - selection.Problem.FixedWeightBytes,
            Float32WeightBytes = Subgraphs.SelectMany(s => s.Quantizable).Sum(n => OpCost.WeightBytes(n, PrecisionConfig.F32)),
        };
    }

    private IEnumerable<ReportLayer> Layers(LockedPlan locked)
    {
        double total = locked.Layers.Sum(l => l.LossError);
        var nodes = Subgraphs.SelectMany((s, j) => s.Quantizable.Select(n => (Node: n, Subgraph: j)));
        return nodes.Zip(locked.Layers, (n, l) => new ReportLayer(
            l.Name, l.Operator, string.Join("×", n.Node.Input(1).Shape), l.Precision.Id, total > 0 ? l.LossError / total : 0,
                Gain(n.Node, l),
            OpCost.Macs(n.Node, Sizes), OpCost.WeightBytes(n.Node, l.Precision), n.Subgraph)
                        {
                Recomputed = Recomputed.TryGetValue((l.Name, l.Precision), out double share) ? share : double.NaN,
                Adjustments = l.Adjustments,
            });
    }

    /// <summary>The layer's part, in the report's unit.</summary>
    private double Gain(Node node, LockedLayer layer) => Options.Objective == Objective.Memory
        ? OpCost.WeightBytes(node, PrecisionConfig.F32) - OpCost.WeightBytes(node, layer.Precision)
        : layer.GainMicroseconds * 1000;

    private IEnumerable<ReportTiming> Timings(int j)
    {
        var fitted = Times is null ? null : Times.Subgraphs[j] * (Times.Ratio * Shipment.GainScale(Problem));
        return Problem.Groups[j].Configurations.Select((c, i) => new ReportTiming(
            string.Join(" ", c.Precisions), fitted?.Configurations[i].Nanoseconds ?? double.NaN, fitted?.Configurations[i].Spread
                ?? double.NaN, Problem.RelativeError(c.LossError),
            Chosen: Verified.Selection.Chosen[j] == i));
    }
}

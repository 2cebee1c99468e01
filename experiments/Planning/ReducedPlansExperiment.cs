using System.Globalization;
using MixPrec.Compiler;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Planning;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Timing;
using MixPrec.Experiments.Strategies;

namespace MixPrec.Experiments.Planning;

/// <summary>
/// What the steps that lower the error do to a plan: the plan that ships for one budget without any of them and with all, among the
/// candidates of the time before there were such steps and among all that are tried today. By multiplications, so that no clock decides.
/// </summary>
/// <param name="splits">Whether the last of the calibration samples are held out, as where there is no other file.</param>
internal sealed class ReducedPlansExperiment(Func<string, StrategyCase?> read, IReadOnlyCollection<string> networks, double budget,
    bool splits)
{
    /// <summary>Bytes whose range calibration finds, and bf16 weights that are multiplied in fp32.</summary>
    private static readonly IReadOnlyList<PrecisionConfig> s_first =
        [.. PrecisionConfig.Default.Where(p => !p.RoundsActivations && (p.NeedsRange || !p.QuantizesActivations))];

    private readonly List<string> _rows = [];

    public IReadOnlyList<string> Names => [.. ErrorReductionExperiment.All.Where(n => networks.Count == 0 || networks.Contains(n))];

    /// <param name="written">Called after each row.</param>
    public void Add(string name, Action written, CancellationToken cancellation)
    {
        if (read(name) is not { } given)
        {
            return;
        }

        if (splits)
        {
            var (calibration, held) = given.Samples.Calibration.Split();
            given = given with { Samples = given.Samples with { Calibration = calibration, HeldOut = held } };
        }

        var options = given.Options with { ErrorBudget = budget, Objective = Objective.Macs, WithCurve = false };
        foreach (var (candidates, precisions, reduces) in new[]
        {
            ("first", s_first, false), ("first", s_first, true), ("today", PrecisionConfig.Default, false),
            ("today", PrecisionConfig.Default, true),
        })
        {
            var own = options with { Precisions = precisions };
            own = reduces ? own : own with { ReducesError = false, ActivationRanges = ActivationRanges.MinMax };
            var before = Environment.CpuUsage.TotalTime;
            var verified = Plan(given with { Options = own }, cancellation);
            _rows.Add($"{name},{verified.HeldOutSamples},{candidates},{(reduces ? "all" : "none")},{Row(given, verified)},"
                + (Environment.CpuUsage.TotalTime - before).TotalSeconds.ToString("F0", CultureInfo.InvariantCulture));
            Console.Error.WriteLine(_rows[^1]);
            written();
        }
    }

    public void Write(string folder) => ResultFile.Merge(Path.Combine(folder, "reduced-plans.csv"),
        "network,held out,candidates,steps,samples,layers,outside fp32,share of multiply-adds,in bytes,saved of what can be saved,"
        + "measured error,its bound,answers unchanged,accuracy fp32,accuracy,CPU seconds", _rows, key: 2);

    /// <summary>The stages of a build.</summary>
    private static VerificationResult Plan(StrategyCase given, CancellationToken cancellation)
    {
        var (options, graph) = (given.Options, given.Network.Graph);
        using var planner = new Planner(options, graph, null, LayerRules.Create(options, graph, Candidates.FromModel),
            new Progress<BuildProgress>(), cancellation);
        var calibration = planner.Reduce(planner.Equalize(planner.Calibrate(given.Samples)));
        var sensitivity = planner.Estimate(calibration);
        var parts = planner.Partition(calibration, sensitivity);
        return planner.SelectAndVerify(planner.Assemble(parts, planner.Time(parts, calibration, sensitivity), sensitivity), calibration);
    }

    private static string Row(StrategyCase given, VerificationResult verified)
    {
        var (graph, plan) = (given.Network.Graph, verified.Shipment.Plan);
        var sizes = SampleSizes.Find(graph, given.Samples.Calibration);
        var assignment = plan.Selection.Assignment;
        Node[] layers = [.. graph.QuantizableNodes], outside = [.. layers.Where(n => assignment[n] != PrecisionConfig.F32)];
        double all = layers.Sum(n => (double)OpCost.Macs(n, sizes));
        double Macs(IEnumerable<Node> some) => some.Sum(n => (double)OpCost.Macs(n, sizes)) / all;
        double inBytes = Macs(layers.Where(n => assignment[n].QuantizesActivations));
        double most = plan.Selection.Problem.Groups.Sum(g => g.Configurations.Max(c => c.Gain));
        return string.Create(CultureInfo.InvariantCulture,
            $"{given.Samples.Calibration.Count},{layers.Length},{outside.Length},{Macs(outside):F3},{inBytes:F3},")
            + string.Create(CultureInfo.InvariantCulture,
                $"{plan.Selection.Gain / most:F3},{plan.Error.Value:F5},{plan.Error.UpperBound95:F5},{plan.Top1Agreement:F4},")
            + (plan.Accuracy is { } accuracy
                ? string.Create(CultureInfo.InvariantCulture, $"{accuracy.Float32Accuracy:F4},{accuracy.PlanAccuracy:F4}") : ",");
    }
}

using System.Globalization;
using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Exclusion;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Losses;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Partition;
using MixPrec.Compiler.Report;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Sensitivity;
using MixPrec.Compiler.Timing;
using MixPrec.Compiler.Verification;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Planning;

/// <summary>The decisions that calibration, measurement and the solver came to.</summary>
/// <param name="Failure">Why they may not be used; null when every demand is met.</param>
/// <param name="Warnings">What there is to say of decisions that may be used.</param>
internal sealed record PlannedDecisions(LockedPlan Lock, BuildReport Report, Diagnostic? Failure, IReadOnlyList<Diagnostic> Warnings,
    IReadOnlyList<string> Files);

/// <summary>Calibrates, estimates, measures, selects and verifies: everything that a lock file saves the next build.</summary>
internal sealed class Planner(CompilerOptions options, Graph graph, LayerRules rules, LockSubject subject, IProgress<BuildProgress> heard,
    CancellationToken cancellation)
{
    private readonly AcceptanceCriteria _criteria = new(options.ErrorBudget, options.MinTop1Agreement,
        options.MaxLatencyMicroseconds * 1000);
    private readonly EncodedWeightsCache _weights = new();
    private readonly StageProgress _progress = new(heard, TimeProvider.System, cancellation);

    private CandidateSets Choices => field ??= new(options, rules, _weights);

    public PlannedDecisions Plan()
    {
        if (options.MinTop1Agreement is { } least && !Top1.IsDefinedFor(graph))
        {
            throw new MixPrecException(DiagnosticCatalog.InvalidMetadata, options.Model, "MinTop1Agreement", least,
                "none for this model, whose first output is no matrix with a row of class scores for each sample");
        }

        NativeDependency.OrTools.Require();
        _progress.Begin(3, "reading the samples");
        var samples = PlanningSamples.Read(options, graph);
        var (calibration, loss) = (samples.Calibration, samples.Loss.Kind);

        _progress.Begin(8, $"calibrating activations; loss {samples.Loss}", to: 20);
        var batches = Batch.Split(graph, calibration, BatchSize.Choose(graph, calibration)).ToArray();
        var executor = new TorchExecutor(graph);
        if (options.MaxThreads is { } threads)
        {
            TorchThreads.Limit(threads);
        }

        var ranges = RangeCalibration.Collect(options.ActivationRanges, executor, graph,
            _progress.Over([.. samples.Before, .. batches.Select(b => b.Inputs)]));

        _progress.Begin(20, "estimating the loss error of every layer", to: 40);
        var sensitivity = SensitivityEstimation.Estimate(options.Estimator, executor, graph, _progress.Over(batches), loss, ranges,
            Choices.Allowed);
        var leftOut = sensitivity.LeftOut.Warning(options.ClassName, options.CalibrationData);
        var infinite = Infinite(ranges);

        int kept = graph.QuantizableNodes.Count(n => Choices.Allowed(n).Count > Choices.Bounded(n, sensitivity).Count);
        using var turn = TimingTurn.Wait(heard, 40, cancellation);
        _progress.Begin(40, (NeedsTimes ? "measuring every configuration" : "counting what every configuration saves") + (kept == 0 ? ""
            : string.Create(CultureInfo.InvariantCulture,
            $"; {Counted.Of(kept, "layer")} that the loss does not respond to in fp32")), to: 75);
        var subgraphs = SequentialPartition.Partition(graph).Where(s => s.Quantizable.Count > 0).ToArray();
        var sizes = SampleSizes.Find(graph, calibration);
        using var float32 = PlanTrials.Compile(options.ClassName, graph, PrecisionAssignment.AllFloat, ranges, _weights);
        ITimeModel times = new MeasuredTimes(
            graph, calibration, new SubgraphTimer(graph, calibration, ranges, _weights, options.TimingBudget, _progress.Step, cancellation),
                cancellation);
        var whole = NeedsTimes ? times.Whole(float32) : null;
        int cap = whole is null ? ConfigurationEnumerator.DefaultCap
            : Cap(subgraphs, sensitivity, sizes, whole.Nanoseconds, float32.Footprint);
        var configurations = Choices.Configurations(subgraphs, sensitivity, cap);
        var table = whole is null ? null : times.Parts(subgraphs, configurations, float32, whole);
        var problem = ProblemAssembly.Assemble(options, subgraphs, configurations, table?.Fitted, sensitivity, sizes,
            whole?.Nanoseconds ?? 0);

        _progress.Begin(75, "selecting and verifying");
        var heldOut = new HeldOut(graph, samples.HeldOut, loss, float32);
        var trials = new PlanTrials(options, graph, ranges, _weights, calibration, heldOut, float32, _criteria, cancellation);
        var shipment = new ShippingPolicy(options, _criteria, trials, _progress).Decide(problem);
        var locked = Lock(shipment, subgraphs, problem, table, sensitivity, ranges, loss, sizes, heldOut.Count);
        var findings = new Findings(options, _criteria, heldOut.Count);
        var failure = findings.Failure(shipment.Plan, locked);
        Diagnostic[] warnings = [.. new[] { leftOut, infinite }.OfType<Diagnostic>(),
            .. failure is null ? findings.Warnings(shipment, problem, table, cap) : []];
        var report = new PlanReport(options, subgraphs, problem, table, shipment, calibration.Count, sizes, sensitivity.Recomputed)
            .Of(locked) with
        {
            LossReason = samples.Loss.Reason,
            Warnings = [.. warnings.Select(w => w.Text)],
        };
        return new PlannedDecisions(locked, samples.Loss.IsOfClasses
            || options.MinTop1Agreement is not null ? report : report with { Top1Agreement = double.NaN }, failure, warnings,
            samples.Files);
    }

    private bool NeedsTimes => options.Objective == Objective.Time || options.MaxLatencyMicroseconds is not null;

    /// <summary>How many configurations of a sub-graph there is time for.</summary>
    private int Cap(IReadOnlyList<Subgraph> subgraphs, SensitivityTable sensitivity, IReadOnlyDictionary<string, long> sizes,
        double nanoseconds, long footprint)
    {
        double Macs(Subgraph part) => part.Quantizable.Sum(n => (double)OpCost.Macs(n, sizes));
        double all = Math.Max(1, subgraphs.Sum(Macs));
        return new TimingEffort(nanoseconds / 1e9, footprint, part => Macs(part) / all)
            .Cap(subgraphs, cap => [.. Choices.Configurations(subgraphs, sensitivity, cap).Select(c => c.Count)],
                ConfigurationEnumerator.DefaultCap, options.TimingBudget);
    }

    private LockedPlan Lock(
        Shipment shipment, IReadOnlyList<Subgraph> subgraphs, SelectionProblem problem, TimingTable? table, SensitivityTable sensitivity,
            RangeTable ranges,
        LossKind loss, IReadOnlyDictionary<string, long> sizes, int heldOutSamples)
    {
        var (plan, times) = (shipment.Plan, shipment.Times);

        // What the parts are predicted to save of the whole, taken off what the whole took when it was timed beside the plan.
        double predicted = table is null ? double.NaN : times.First.Nanoseconds
            - (plan.Selection.GainNanoseconds * shipment.GainScale(problem));
        var numbers = new LockedNumbers(
            plan.Selection.PredictedError, plan.Error.Value, plan.Error.UpperBound95, heldOutSamples,
            times.First.Nanoseconds / 1000, predicted / 1000, times.Second.Nanoseconds / 1000, Machine.Description);
        var layers = subgraphs.Zip(plan.Selection.Configurations)
            .SelectMany(p => Layers(p.First, p.Second, sensitivity, ranges, sizes,
            table is null ? double.NaN : shipment.GainScale(problem)));
        return new LockedPlan(subject, loss.ToString(), options.Estimator.ToString(), [.. layers], numbers);
    }

    /// <param name="gainScale">What measured gains are multiplied by; NaN where nothing was measured.</param>
    private static IEnumerable<LockedLayer> Layers(
        Subgraph subgraph, Configuration configuration, SensitivityTable sensitivity, RangeTable ranges,
            IReadOnlyDictionary<string, long> sizes, double gainScale)
    {
        var departures = subgraph.Quantizable.Zip(configuration.Precisions).Where(p => p.Second != PrecisionConfig.F32).Select(p => p.First)
            .ToArray();
        double macs = departures.Sum(n => (double)OpCost.Macs(n, sizes));
        return subgraph.Quantizable.Zip(configuration.Precisions, (node, precision) => new LockedLayer(
            node.Name, node.Op.Kind, precision, precision.QuantizesActivations ? ranges[node] : null, sensitivity[node, precision],
            !departures.Contains(node) ? 0 : configuration.GainNanoseconds * gainScale / 1000 * OpCost.Macs(node, sizes) / macs,
            precision.QuantizesActivations && node.MultipliesActivations() ? ranges.Rhs(node) : null));
    }

    /// <summary>The layers that stay in fp32 for what they read; null where there are none.</summary>
    private Diagnostic? Infinite(RangeTable ranges)
    {
        string[] layers = [.. graph.QuantizableNodes.Where(n => ranges.NotFinite.Contains(n.Name)
            && Choices.Allowed(n).Contains(PrecisionConfig.F32)).Select(n => PrintableName.Of(n.Name))];
        return layers.Length == 0 ? null
            : Diagnostic.Create(DiagnosticCatalog.LayersReadInfinity, options.Model, options.ClassName, layers.Length,
                Counted.Of(graph.QuantizableNodes.Count(), "layer"), string.Join(", ", layers.Take(5)) + (layers.Length > 5 ? ", …" : ""));
    }
}

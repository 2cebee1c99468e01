using System.Globalization;
using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.ErrorReduction;
using MixPrec.Compiler.Exclusion;
using MixPrec.Compiler.Execution;
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

/// <summary>The stages that a lock file saves the next build, each a method; they are called in the order of the methods.</summary>
/// <param name="network">The network as it was rewritten; factors and shifts of channels change it on the way.</param>
/// <param name="lowered">Another graph of the same layers, which the class runs; null where it runs this one.</param>
internal sealed class Planner(CompilerOptions options, Graph network, Graph? lowered, LayerRules rules, IProgress<BuildProgress> heard,
    CancellationToken cancellation) : IDisposable
{
    private Graph? _changed;

    /// <summary>Time for the comparison of a plan of the curve with fp32, and for the steps of a plan.</summary>
    private static readonly TimeSpan s_perPoint = TimeSpan.FromSeconds(1);

    private readonly AcceptanceCriteria _criteria = new(options.ErrorBudget, options.MinTop1Agreement,
        options.MaxLatencyMicroseconds * 1000) { MinSpeedup = options.MinSpeedup, MaxAccuracyDrop = options.AccuracyDrop };
    private readonly EncodedWeightsCache _weights = new();
    private readonly StageProgress _progress = new(heard, TimeProvider.System, cancellation);
    private IDisposable? _turn;
    private CompiledModel? _float32;
    private TableTimes? _table;
    private HeldOut? _heldOut;

    /// <summary>The network with the factors and shifts that have been found.</summary>
    public Graph Graph => _changed ?? network;

    private CandidateSets Choices => field ??= new(options, rules, _weights);

    private bool NeedsTimes => options.Objective == Objective.Time || options.WithCurve
        || _criteria.DemandsTime || _table is not null;

    /// <summary>Ranges that are not chosen among are those of the first rule.</summary>
    private IReadOnlyList<ActivationRanges> Rules => options.ActivationRanges is { } rule ? [rule] : Enum.GetValues<ActivationRanges>();

    private string WordsOfTiming => _table is not null ? "taking times from the timing table"
        : NeedsTimes ? PlanningStage.Timing.Words : "counting what every configuration saves";

    /// <exception cref="MixPrecException">The data do not fit the model, or a demand or a timing table does not; or a library is
    /// missing.</exception>
    public PlanningSamples Read()
    {
        LabelDemands.RequireClasses(options, Graph);
        NativeDependency.OrTools.Require();
        _progress.Begin(PlanningStage.Samples);
        var samples = PlanningSamples.Read(options, Graph);
        LabelDemands.RequireLabels(options, Graph, samples.HeldOut);
        _table = options.TimingTable is { } table
            ? TableTimes.Read(options, table, Graph, SampleSizes.Find(Graph, samples.Calibration)) : null;
        return samples;
    }

    public CalibrationResult Calibrate(PlanningSamples samples)
    {
        _progress.Begin(PlanningStage.Ranges, $"calibrating activations; loss {samples.Loss}");
        if (options.MaxThreads is { } threads)
        {
            TorchThreads.Limit(threads);
        }

        var batches = Batch.Split(Graph, samples.Calibration, BatchSize.Choose(Graph, samples.Calibration)).ToArray();
        var executor = new TorchExecutor(Graph);
        return Observe(samples, executor, batches, LossWeights.Balance(executor, Graph, batches, samples.Loss.Outputs));
    }

    /// <summary>Moves what differs between channels into weights and biases where that lowers the error.</summary>
    public CalibrationResult Equalize(CalibrationResult calibration)
    {
        if (!options.ReducesError || calibration.Samples.Calibration.Count < 2)
        {
            return calibration;
        }

        _progress.Begin(PlanningStage.Equalization);
        var (loss, executor) = (calibration.Loss, calibration.Executor);
        var constants = ChangedConstants.For(Graph);
        var channels = new Equalizer(executor, Graph, calibration.Batches, loss, Choices.Allowed, lowered, cancellation).Find();
        if (channels.Count > 0)
        {
            _changed = ChannelScaling.Apply(Graph, channels, constants: constants)
                ?? throw new InvalidOperationException("the factors that were found do not fit");
            executor = new TorchExecutor(Graph);
        }

        // A timing table has no times of the operations that shift an input.
        var shifts = _table is not null ? new Dictionary<string, ChannelShift>()
            : new InputShifter(executor, Graph, calibration.Batches, loss, Choices.Allowed, cancellation).Find();
        if (shifts.Count > 0 && (lowered is null || ShiftedInputs.IsAllowed(lowered, shifts)))
        {
            _changed = ShiftedInputs.Apply(Graph, shifts, constants)
                ?? throw new InvalidOperationException("the shifts that were found do not fit");
            executor = new TorchExecutor(Graph);
            constants.KeepOnly(Graph);
        }
        else
        {
            shifts = new Dictionary<string, ChannelShift>();
        }

        return _changed is null ? calibration
            : Observe(calibration.Samples, executor, calibration.Batches, loss) with { Channels = channels, Shifts = shifts };
    }

    /// <summary>Quantizes layers otherwise where that lowers their error.</summary>
    public CalibrationResult Reduce(CalibrationResult calibration)
    {
        _progress.Begin(PlanningStage.ErrorReduction);
        var reducer = new ErrorReducer(calibration.Executor, Graph, calibration.Batches, calibration.Loss,
            calibration.Observed, Choices.Allowed, cancellation, _progress.Step);
        return calibration with { Ranges = reducer.Reduce(options.ReducesError ? ReductionSteps.All : ReductionSteps.Ranges) };
    }

    public SensitivityTable Estimate(CalibrationResult calibration)
    {
        _progress.Begin(PlanningStage.Sensitivity);
        return SensitivityEstimation.Estimate(options.Estimator, calibration.Executor, Graph, _progress.Over(calibration.Batches),
            calibration.Samples.Loss.Outputs, calibration.Ranges, Choices.Allowed);
    }

    /// <summary>Waits for its turn on the machine, which lasts until the planner is disposed of.</summary>
    public PartitionResult Partition(CalibrationResult calibration, SensitivityTable sensitivity)
    {
        int kept = Graph.QuantizableNodes.Count(n => Choices.Allowed(n).Count > Choices.Bounded(n, sensitivity).Count);
        FreedMemory.GiveBack(Graph);
        _turn = _table is null ? TimingTurn.Wait(heard, PlanningStage.Timing.From, cancellation) : null;
        _progress.Begin(PlanningStage.Timing, WordsOfTiming + (kept == 0 ? ""
            : string.Create(CultureInfo.InvariantCulture,
            $"; {Counted.Format(kept, "layer")} that the loss does not respond to in fp32")));
        return new([.. SequentialPartition.Partition(Graph).Where(s => s.Quantizable.Count > 0)],
            SampleSizes.Find(Graph, calibration.Samples.Calibration));
    }

    public TimingResult Time(PartitionResult parts, CalibrationResult calibration, SensitivityTable sensitivity)
    {
        _float32 = PlanTrials.Compile(options, network, PrecisionAssignment.AllFloat, calibration.Ranges, _weights);
        if (!NeedsTimes)
        {
            // What is only counted costs no time.
            return new(ConfigurationEnumerator.DefaultCap, Choices.WithEfficient(parts, sensitivity,
                Choices.Configurations(parts.Subgraphs, sensitivity), int.MaxValue), null, 0);
        }

        return _table is not null ? Tabled(_table, _float32, parts, sensitivity) : Measured(_float32, parts, calibration, sensitivity);
    }

    private TimingResult Measured(CompiledModel float32, PartitionResult parts, CalibrationResult calibration,
        SensitivityTable sensitivity)
    {
        var samples = calibration.Samples.Calibration;
        ITimeModel times = new MeasuredTimes(Graph, samples, new SubgraphTimer(Graph, samples, calibration.Ranges, _weights,
            options.Threads, options.TimingBudget, _progress.Step, cancellation) { IsOpen = GainModels.IsHidden }, cancellation);
        var whole = times.Whole(float32);
        int cap = Cap(parts, sensitivity, whole.Nanoseconds, float32.Footprint);
        var configurations = Choices.WithEfficient(parts, sensitivity, Choices.Configurations(parts.Subgraphs, sensitivity, cap),
            cap / CandidateSets.PerEfficient);
        return new(cap, configurations, times.Parts(parts.Subgraphs, configurations, float32, whole), whole.Nanoseconds);
    }

    private TimingResult Tabled(TableTimes table, CompiledModel float32, PartitionResult parts, SensitivityTable sensitivity)
    {
        var all = Choices.Configurations(parts.Subgraphs, sensitivity);
        var offered = table.Offered(parts.Subgraphs, all);
        var whole = table.Whole(float32);
        return new(ConfigurationEnumerator.DefaultCap, offered, table.Parts(parts.Subgraphs, offered, float32, whole), whole.Nanoseconds)
        {
            Warnings = [.. table.Warnings(offered.Sum(c => c.Count), all.Sum(c => c.Count))],
        };
    }

    public SelectionProblem Assemble(PartitionResult parts, TimingResult times, SensitivityTable sensitivity) =>
        ProblemAssembly.Assemble(options, _criteria, parts, times, sensitivity);

    public VerificationResult SelectAndVerify(SelectionProblem problem, CalibrationResult calibration)
    {
        _progress.Begin(PlanningStage.Selection);
        var heldOut = HeldOutOf(calibration.Samples);
        var trials = new PlanTrials(
            options, new(network, Graph), calibration.Ranges, _weights, heldOut, WholeTimes(problem, calibration), _criteria,
            cancellation);
        return new(new ShippingPolicy(options, _criteria, trials, _progress).Decide(problem), heldOut.Count);
    }

    /// <summary>Plans for other budgets, objectives and baselines as they measure; empty where nobody asked.</summary>
    public IReadOnlyList<CurvePoint> Trace(SelectionProblem problem, CalibrationResult calibration, PartitionResult parts,
        TimingResult times, SensitivityTable sensitivity)
    {
        if (!options.WithCurve)
        {
            return [];
        }

        _progress.Begin(PlanningStage.Curve);
        var (heldOut, whole) = (HeldOutOf(calibration.Samples), WholeTimes(problem, calibration));
        var graphs = new AdjustedGraph(network, Graph);
        return new TradeOffCurve(
            objective => ProblemAssembly.Assemble(options with { Objective = objective }, _criteria, parts, times, sensitivity),
            assignment =>
            {
                cancellation.ThrowIfCancellationRequested();
                var graph = graphs.For(assignment);
                using var model = PlanTrials.Compile(options, graph, assignment, calibration.Ranges, _weights);
                return new(heldOut.Measure(model).Error, whole.Compare(assignment, () => model, s_perPoint),
                    PlanTrials.WeightBytes(options, graph, assignment, calibration.Ranges, _weights));
            }, _progress).Trace(options.ErrorBudget);
    }

    /// <summary>What each sub-graph of the plan that ships changes by itself.</summary>
    public SubgraphErrors Isolate(CalibrationResult calibration, PartitionResult parts, VerificationResult verified)
    {
        _progress.Begin(PlanningStage.EachSubgraph);
        var (heldOut, graphs) = (HeldOutOf(calibration.Samples), new AdjustedGraph(network, Graph));
        return SubgraphErrors.Measure(verified.Shipment.Plan, parts.Subgraphs, assignment =>
        {
            cancellation.ThrowIfCancellationRequested();
            using var model = PlanTrials.Compile(options, graphs.For(assignment), assignment, calibration.Ranges, _weights);
            return heldOut.Measure(model).Error.Value;
        }, options.TimingBudget / 30);
    }

    /// <summary>What each step of the plan that ships takes; none where nothing is timed.</summary>
    public ShippedSteps Profile(CalibrationResult calibration, VerificationResult verified)
    {
        if (!NeedsTimes || _table is not null)
        {
            return ShippedSteps.None;
        }

        _progress.Begin(PlanningStage.EachStep);
        var assignment = verified.Shipment.Plan.Selection.Assignment;
        var graph = new AdjustedGraph(network, Graph).For(assignment);
        var longest = options.TimingBudget / 30;
        return ShippedSteps.Measure(() => PlanTrials.Lower(options, graph, assignment, calibration.Ranges, _weights), graph,
            calibration.Samples.Calibration, options.Threads, longest < s_perPoint ? longest : s_perPoint, cancellation);
    }

    /// <summary>The decisions as lock file and report say them, with what there is to warn of.</summary>
    public PlannedDecisions Conclude(LockSubject subject, CalibrationResult calibration, SensitivityTable sensitivity,
        PartitionResult parts, TimingResult times, SelectionProblem problem, VerificationResult verified)
    {
        var (samples, shipment) = (calibration.Samples, verified.Shipment);
        var locked = new PlannedLock(options, calibration, sensitivity, parts, times.Table is not null, _table?.Machine)
            .Create(subject, shipment, problem, verified.HeldOutSamples);
        var findings = new Findings(options, _criteria, verified.HeldOutSamples);
        var failure = findings.Failure(shipment.Plan, locked);
        Diagnostic[] warnings =
            [.. DataWarnings.Of(options, Graph, samples, calibration.Ranges, sensitivity, Choices), .. times.Warnings,
            .. failure is null ? findings.Warnings(shipment, problem, times.Table, times.Cap) : []];
        var reasons = new FloatReasons(options, problem, shipment, sensitivity, calibration.Ranges,
            PlanReport.ScaleOf(options, shipment, problem));
        var report = new PlanReport(options, parts.Subgraphs, problem, times.Table, shipment, samples.Calibration.Count, parts.Sizes,
            sensitivity, reasons).Of(locked) with
        {
            Phases = _progress.Phases,
            LossReason = samples.Loss.Reason,
            Warnings = [.. warnings.Select(w => w.Text), .. DataNotes.Find(Graph, samples, calibration.Ranges, sensitivity)],
        };
        return new PlannedDecisions(locked, samples.Loss.IsOfClasses || options.MinTop1Agreement is not null ? report
            : report with { Top1Agreement = double.NaN }, failure, warnings,
            [.. samples.Files, .. options.TimingTable is { } timings ? [timings] : Array.Empty<string>()]);
    }

    public void Dispose()
    {
        _float32?.Dispose();
        _turn?.Dispose();
    }

    private CalibrationResult Observe(PlanningSamples samples, TorchExecutor executor, IReadOnlyList<Batch> batches, LossSum loss)
    {
        var observed = RangeCalibration.Observe(Rules, executor, Graph,
            _progress.Over([.. samples.Before, .. batches.Select(b => b.Inputs)]));
        return new(samples, executor, batches, observed, observed.Table(_ => 0)) { Loss = loss };
    }

    /// <summary>The held-out samples with the answers of fp32, which has been compiled.</summary>
    private HeldOut HeldOutOf(PlanningSamples samples) => _heldOut ??= new(Graph, samples.HeldOut, samples.Loss.Outputs, _float32!);

    private IWholeTimes WholeTimes(SelectionProblem problem, CalibrationResult calibration) => _table is not null
        ? new PredictedWholes(problem, _table.Whole(_float32!))
        : new MeasuredWholes(Graph, calibration.Samples.Calibration, _float32!, options.TimingBudget, cancellation);

    /// <summary>How many configurations of a sub-graph there is time for.</summary>
    private int Cap(PartitionResult parts, SensitivityTable sensitivity, double nanoseconds, long footprint)
    {
        double Macs(Subgraph part) => part.Quantizable.Sum(n => (double)OpCost.Macs(n, parts.Sizes));
        double all = Math.Max(1, parts.Subgraphs.Sum(Macs));
        return new TimingEffort(nanoseconds / 1e9, footprint, part => Macs(part) / all)
            .Cap(parts.Subgraphs, cap => [.. Choices.Configurations(parts.Subgraphs, sensitivity, cap).Select(c => c.Count)],
                ConfigurationEnumerator.DefaultCap, options.TimingBudget);
    }
}

using System.Globalization;
using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Losses;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Partition;
using MixPrec.Compiler.Precision;
using MixPrec.Compiler.Report;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Sensitivity;
using MixPrec.Compiler.Timing;
using MixPrec.Compiler.Verification;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler;

/// <summary>The decisions that calibration, measurement and the solver came to.</summary>
/// <param name="Failure">Why they may not be used; null when every demand is met.</param>
internal sealed record PlannedDecisions(LockFile Lock, BuildReport Report, Diagnostic? Failure, IReadOnlyList<string> Files)
{
    public IReadOnlyList<Diagnostic> Warnings { get; init; } = [];
}

/// <summary>Calibrates, estimates, measures, selects and verifies: everything that a lock file saves the next build.</summary>
internal sealed class Planner(CompilerOptions options, Graph graph, LayerRules rules, LockSubject subject, IProgress<BuildProgress> progress, CancellationToken cancellation)
{
    private readonly Demands _demands = new(options.ErrorBudget, options.MinTop1Agreement);
    private readonly Dictionary<Node, IReadOnlyList<PrecisionConfig>> _candidates = [];

    public PlannedDecisions Plan()
    {
        if (options.MinTop1Agreement is { } least && !Top1.IsDefinedFor(graph))
        {
            throw new MixPrecException(DiagnosticCatalog.InvalidMetadata, options.Model, "MinTop1Agreement", least, "none for this model, whose first output is no matrix with a row of class scores for each sample");
        }

        NativeDependency.OrTools.Require();
        Stage(3, "reading the samples");
        var samples = PlanningSamples.Read(options, graph);
        var (calibration, loss) = (samples.Calibration, samples.Loss.Kind);

        Stage(8, $"calibrating activations; loss {samples.Loss}");
        var batches = Feed.Of(graph, calibration, BatchSize.Of(graph, calibration)).ToArray();
        var executor = new TorchExecutor(graph);
        if (options.MaxThreads is { } threads)
        {
            TorchThreads.Limit(threads);
        }

        var ranges = RangeCalibration.Collect(options.ActivationRanges, executor, graph, [.. samples.Before, .. batches.Select(b => b.Inputs)]);

        Stage(20, "estimating the loss error of every layer");
        var sensitivity = SensitivityEstimation.Estimate(options.Estimator, executor, graph, batches, loss, ranges, Allowed);
        var leftOut = sensitivity.LeftOut.Warning(options.ClassName, options.CalibrationData);

        IReadOnlyList<PrecisionConfig> Measurable(Node node) => sensitivity.Unseen.Contains(node.Name) && Allowed(node).Contains(PrecisionConfig.F32) ? [PrecisionConfig.F32] : Allowed(node);
        int kept = graph.QuantizableNodes.Count(n => Allowed(n).Count > Measurable(n).Count);
        Stage(40, "measuring every configuration" + (kept == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; {kept} layers that the loss does not respond to stay in fp32")));
        var subGraphs = SequentialPartition.Of(graph).Where(s => s.Quantizable.Count > 0).ToArray();
        var configurations = subGraphs.Select(s => ConfigurationEnumerator.Of(s, Measurable)).ToArray();
        var measured = options.Objective == Objective.Time || options.MaxLatencyMicroseconds is not null ? SubGraphTimer.Measure(graph, subGraphs, configurations, ranges, calibration, cancellation) : null;
        using var float32 = Compile(PrecisionAssignment.AllFloat, ranges);
        double floatNanoseconds = SubGraphTimer.Measure(graph, calibration, [float32], TimeSpan.FromSeconds(1), cancellation)[0].Nanoseconds;
        var problem = Problem(subGraphs, configurations, measured, sensitivity, SampleSizes.Of(graph, calibration), floatNanoseconds);

        Stage(75, "selecting and verifying");
        var heldOut = new HeldOut(graph, samples.HeldOut, loss, float32);
        var verified = Verify(problem, ranges, heldOut);
        if (options.Objective == Objective.Time && OnePass(verified, problem, ranges, heldOut) is { } rival && IsFaster(rival, verified, ranges, calibration))
        {
            verified = rival;
        }

        var decisions = Decisions(verified, float32, problem, subGraphs, measured, sensitivity, ranges, loss, calibration, heldOut, samples.Files);
        return Explained(decisions, samples.Loss, leftOut is null ? [] : [leftOut]);
    }

    private PlannedDecisions Explained(PlannedDecisions decisions, ChosenLoss loss, IReadOnlyList<Diagnostic> warnings) => decisions with
    {
        Warnings = warnings,
        Report = decisions.Report with
        {
            LossReason = loss.Reason,
            Warnings = [.. decisions.Report.Warnings, .. warnings.Select(w => w.Text)],
            Top1Agreement = loss.IsOfClasses || options.MinTop1Agreement is not null ? decisions.Report.Top1Agreement : double.NaN,
        },
    };

    /// <summary>What rules allow and kernels offer.</summary>
    private IReadOnlyList<PrecisionConfig> Allowed(Node node)
    {
        if (!_candidates.TryGetValue(node, out var candidates))
        {
            // With a cache the right-hand side grows from run to run; what was measured without says nothing about that.
            var offered = node.MultipliesActivations() && !options.Cache.IsNone ? [PrecisionConfig.F32] : Candidates.Of(node);
            var wanted = rules.Allowed(node);
            candidates = [.. wanted.Where(offered.Contains)];
            if (candidates.Count == 0)
            {
                throw new MixPrecException(DiagnosticCatalog.InvalidMetadata, options.Model, "Pin", $"{node.Name}={wanted[0]}", $"one of {string.Join(", ", offered)} for this layer");
            }

            _candidates[node] = candidates;
        }

        return candidates;
    }

    private SelectionProblem Problem(
        IReadOnlyList<SubGraph> subGraphs, IReadOnlyList<IReadOnlyList<IReadOnlyList<PrecisionConfig>>> configurations,
        IReadOnlyList<SubGraphTiming>? measured, SensitivityTable sensitivity, IReadOnlyDictionary<string, long> symbols, double floatNanoseconds)
    {
        var groups = subGraphs.Select((subGraph, j) => new SelectionGroup(subGraph, [.. configurations[j].Select((precisions, c) =>
        {
            double time = measured is null ? 0 : GainModels.Time(measured[j].Float32.Nanoseconds, measured[j].Configurations[c].Nanoseconds, measured[j].Float32.Spread / 2);
            double gain = options.Objective switch
            {
                Objective.Macs => GainModels.Macs(subGraph, precisions, FormatThroughput.Default, symbols),
                Objective.Memory => GainModels.Memory(subGraph, precisions),
                _ => time,
            };
            return Configuration.Of(subGraph, precisions, gain, time, sensitivity);
        })])).ToArray();
        return new SelectionProblem(groups, options.ErrorBudget, sensitivity.MeanSquaredLoss)
        {
            MaxWeightBytes = options.MaxWeightBytes,
            MaxLatencyNanoseconds = options.MaxLatencyMicroseconds * 1000,
            FloatNanoseconds = floatNanoseconds,
        };
    }

    /// <summary>Whole networks are compiled and run only here: one for each round of the repair.</summary>
    private Verified Verify(SelectionProblem problem, RangeTable ranges, HeldOut heldOut) => RepairLoop.Run(
        problem, _demands, options.ClassName, options.Model, IntegerProgram.Solve, assignment =>
        {
            cancellation.ThrowIfCancellationRequested();
            using var model = Compile(assignment, ranges);
            return heldOut.Measure(model);
        });

    /// <summary>
    /// The best plan of one pass where the one that was chosen has layers in two. Sub-graphs are timed alone, with their weights in the caches; what the second pass reads
    /// of a large network is not there any more, so that the times of whole networks decide between the two (docs/experiments/two-pass.md). Null where none meets the demands.
    /// </summary>
    private Verified? OnePass(Verified chosen, SelectionProblem problem, RangeTable ranges, HeldOut heldOut)
    {
        if (chosen.Selection.Configurations.All(c => c.IsOnePass))
        {
            return null;
        }

        Stage(88, "measuring the best plan of one pass");
        return Best(problem, c => c.IsOnePass, ranges, heldOut);
    }

    /// <summary>The best plan of some configurations alone; null where none meets limits and demands.</summary>
    private Verified? Best(SelectionProblem problem, Func<Configuration, bool> allowed, RangeTable ranges, HeldOut heldOut)
    {
        if (problem.Where(allowed) is not { } part || IntegerProgram.Solve(part).Missed is not null)
        {
            return null;
        }

        var best = Verify(part, ranges, heldOut);
        return _demands.Meets(best) ? best with { Selection = best.Selection.Among(problem.Groups) } : null;
    }

    private bool IsFaster(Verified rival, Verified chosen, RangeTable ranges, SampleSet calibration)
    {
        using var first = Compile(rival.Selection.Assignment, ranges);
        using var second = Compile(chosen.Selection.Assignment, ranges);
        var times = SubGraphTimer.Measure(graph, calibration, [first, second], TimeSpan.FromSeconds(2), cancellation);
        return !_demands.Meets(chosen) || times[0].Nanoseconds < times[1].Nanoseconds;
    }

    private PlannedDecisions Decisions(
        Verified verified, CompiledModel float32, SelectionProblem problem, IReadOnlyList<SubGraph> subGraphs, IReadOnlyList<SubGraphTiming>? measured, SensitivityTable sensitivity,
        RangeTable ranges, LossKind loss, SampleSet calibration, HeldOut heldOut, IReadOnlyList<string> files)
    {
        Stage(92, "measuring the whole network");
        using var mixed = Compile(verified.Selection.Assignment, ranges);
        var whole = SubGraphTimer.Measure(graph, calibration, [float32, mixed], TimeSpan.FromSeconds(2), cancellation);
        if (options.Objective == Objective.Time && whole[1].Nanoseconds >= whole[0].Nanoseconds && _demands.Meets(verified) && verified.Selection.Configurations.Any(c => !c.IsFloat)
            && Best(problem, c => c.IsFloat, ranges, heldOut) is { } plain)
        {
            // What sub-graphs gained alone is nothing in the whole: fp32 it stays.
            return Decisions(plain, float32, problem, subGraphs, measured, sensitivity, ranges, loss, calibration, heldOut, files);
        }

        double floatMicroseconds = whole[0].Nanoseconds / 1000;
        var numbers = new LockedNumbers(
            verified.Selection.PredictedError, verified.Error.Value, verified.Error.UpperBound95, heldOut.Count,
            floatMicroseconds, measured is null ? double.NaN : floatMicroseconds - (verified.Selection.GainNanoseconds / 1000), whole[1].Nanoseconds / 1000, Machine.Description);
        var symbols = SampleSizes.Of(graph, calibration);
        var layers = subGraphs.Zip(verified.Selection.Configurations).SelectMany(p => Layers(p.First, p.Second, sensitivity, ranges, symbols, measured is not null)).ToArray();
        var locked = new LockFile(subject, loss.ToString(), options.Estimator.ToString(), layers, numbers);
        var failure = Failure(verified, locked, heldOut.Count);
        return new PlannedDecisions(locked, new PlanReport(options, subGraphs, problem, measured, verified, calibration.Count, sensitivity.Recomputed).Of(locked), failure, files);
    }

    private static IEnumerable<LockedLayer> Layers(SubGraph subGraph, Configuration configuration, SensitivityTable sensitivity, RangeTable ranges, IReadOnlyDictionary<string, long> symbols, bool measured)
    {
        var departures = subGraph.Quantizable.Zip(configuration.Precisions).Where(p => p.Second != PrecisionConfig.F32).Select(p => p.First).ToArray();
        double macs = departures.Sum(n => (double)OpCost.Macs(n, symbols));
        return subGraph.Quantizable.Zip(configuration.Precisions, (node, precision) => new LockedLayer(
            node.Name, node.Op.Kind, precision, precision.QuantizesLhs ? ranges[node] : null, sensitivity[node, precision],
            !departures.Contains(node) ? 0 : measured ? configuration.GainNanoseconds / 1000 * OpCost.Macs(node, symbols) / macs : double.NaN,
            precision.QuantizesRhs && node.MultipliesActivations() ? ranges.Rhs(node) : null));
    }

    private Diagnostic? Failure(Verified verified, LockFile locked, int samples)
    {
        string report = Path.Combine(options.OutputDirectory ?? "", options.ClassName + ".report.html");
        if (_demands.MeetsBudget(verified))
        {
            return _demands.Meets(verified) ? null : Diagnostic.Of(DiagnosticCatalog.AgreementMissed, options.Model,
                options.ClassName, options.MinTop1Agreement, Number(verified.Top1Agreement), samples, report);
        }

        double total = locked.Layers.Sum(l => l.LossError);
        var shares = locked.Layers.Where(l => l.LossError > 0).OrderByDescending(l => l.LossError).Take(3).ToArray();
        double suggestion = Math.Ceiling(verified.Error.UpperBound95 * 1000) / 1000;
        return Diagnostic.Of(DiagnosticCatalog.BudgetExceeded, options.Model,
            options.ClassName, Number(options.ErrorBudget), Number(verified.Error.UpperBound95), samples,
            string.Join(", ", shares.Select(l => string.Create(CultureInfo.InvariantCulture, $"{l.Name} {l.Precision} {l.LossError / total:P0}"))),
            Number(suggestion), shares.Length == 0 ? "" : $", add KeepFloat=\"{shares[0].Name}\"", report);
    }

    private CompiledModel Compile(PrecisionAssignment assignment, RangeTable ranges) =>
        CompiledModel.Compile(Lowerer.Lower(graph, assignment, ranges, new LoweringOptions(options.ClassName)));

    private void Stage(int percent, string words)
    {
        cancellation.ThrowIfCancellationRequested();
        progress.Report(new(percent, words));
    }

    private static string Number(double value) => value.ToString("F4", CultureInfo.InvariantCulture);
}

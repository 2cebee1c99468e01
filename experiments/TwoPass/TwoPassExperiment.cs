using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Losses;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Partition;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Sensitivity;
using MixPrec.Compiler.Timing;
using MixPrec.Compiler.Verification;

namespace MixPrec.Experiments.TwoPass;

/// <summary>
/// What two passes gain: for the perceptrons, one image at a time, the best plan with such candidates against the best without them, at
/// equal loss error. Both are plans of the compiler's own stages: measured sensitivities and times, the integer program, and its repair
/// until test images meet the budget.
/// </summary>
internal sealed class TwoPassExperiment(string models, string data, int images)
{
    /// <summary>Measurements of whole networks, each of interleaved rounds.</summary>
    private const int Repeats = 9;

    private readonly List<TwoPassOutcome> _outcomes = [];

    /// <summary>From where int8 fits everywhere to where it fits nowhere.</summary>
    public static IReadOnlyList<double> Budgets { get; } = [0.01, 0.003, 0.001, 0.0003];

    public IReadOnlyList<string> Names { get; } = [.. ExperimentCase.Names.Where(n => n.Contains("-mlp", StringComparison.Ordinal))];

    public IReadOnlyList<TwoPassOutcome> Outcomes => _outcomes;

    /// <exception cref="MixPrecException">A file is missing or damaged.</exception>
    public void Add(string name, CancellationToken cancellation)
    {
        var subject = ExperimentCase.Read(name, models, data);
        var (graph, samples) = (subject.Graph, subject.CalibrationSet);
        var loss = ChosenLoss.Choose(null, false, graph, samples).Kind;
        Batch[] batches = [.. Batch.Split(graph, samples, BatchSize.Choose(graph, samples))];
        var ranges = RangeCalibration.Collect(ActivationRanges.MinMax, subject.Executor, graph, batches.Select(b => b.Inputs));
        var sensitivity = SensitivityEstimation.Estimate(Estimator.Projected, subject.Executor, graph, batches, loss, ranges,
            Candidates.ForNode);
        CompiledModel Compile(PrecisionAssignment assignment) =>
            CompiledModel.Compile(Lowerer.Lower(graph, assignment, ranges, new LoweringOptions("Net")));
        using var float32 = Compile(PrecisionAssignment.AllFloat);
        var groups = Groups(graph, samples, ranges, sensitivity, float32, cancellation);
        var heldOut = new HeldOut(graph, subject.Test.Slice(0, Math.Min(images, subject.Test.Count)), loss, float32);
        foreach (double budget in Budgets)
        {
            var problem = new SelectionProblem(groups, budget, sensitivity.MeanSquaredLoss);
            Verified Best(SelectionProblem offered) => RepairLoop.Run(
                offered, new AcceptanceCriteria(budget, null), name, null, IntegerProgram.Solve, assignment =>
                {
                    cancellation.ThrowIfCancellationRequested();
                    using var model = Compile(assignment);
                    var (error, agreement, _) = heldOut.Measure(model);
                    return new(error, agreement);
                });
            var without = Best(problem.Where(c => c.IsOnePass)!);
            var with = Best(problem);
            using var first = Compile(without.Selection.Assignment);
            using var second = Compile(with.Selection.Assignment);
            var times = Enumerable.Range(0, Repeats)
                .Select(_ => NetworkTimer.Measure(graph, samples, [float32, first, second], TimeSpan.FromSeconds(2), cancellation)
                    .Select(m => m.Nanoseconds / 1000).ToArray()).ToArray();
            var (before, after) = (Timed(without, times.Select(t => t[1])), Timed(with, times.Select(t => t[2])));
            _outcomes.Add(new(name, budget, Median(times.Select(t => t[0])), before, after,
                before.Precisions == after.Precisions ? 1 : Median(times.Select(t => t[1] / t[2])), Recomputed(with, sensitivity)));
        }
    }

    /// <summary>The table of what has been added.</summary>
    public void Write(string folder) =>
        File.WriteAllText(Path.Combine(folder, "two-pass.csv"), TwoPassOutcome.Heading + string.Concat(_outcomes.Select(o => o.Row)));

    private static IReadOnlyList<SelectionGroup> Groups(
        Graph graph, SampleSet samples, RangeTable ranges, SensitivityTable sensitivity, CompiledModel float32,
            CancellationToken cancellation)
    {
        Subgraph[] subgraphs = [.. SequentialPartition.Partition(graph).Where(s => s.Quantizable.Count > 0)];
        var configurations = subgraphs.Select(s => ConfigurationEnumerator.Enumerate(s, Candidates.ForNode)).ToArray();
        var measured = new SubgraphTimer(graph, samples, ranges, new EncodedWeightsCache(), threads: 1, TimeSpan.FromMinutes(1), (_, _) =>
            { }, cancellation).Measure(subgraphs, configurations, float32,
            NetworkTimer.Measure(graph, samples, float32, cancellation)).Fitted;
        return [.. subgraphs.Select((subgraph, j) => new SelectionGroup(subgraph, [.. configurations[j].Select((precisions, c) =>
        {
            double time = GainModels.Time(measured[j].Float32, measured[j].Configurations[c]);
            return Configuration.Create(subgraph, precisions, time, time, sensitivity);
        })]))];
    }

    private static TimedPlan Timed(Verified plan, IEnumerable<double> microseconds) => new(
        string.Join(' ', plan.Selection.Configurations.SelectMany(c => c.Precisions)), plan.Error.Value, plan.Error.UpperBound95,
            Median(microseconds));

    private static double Recomputed(Verified plan, SensitivityTable sensitivity)
    {
        var layers = plan.Selection.Problem.Groups.Zip(plan.Selection.Configurations)
            .SelectMany(p => p.First.Subgraph.Quantizable.Zip(p.Second.Precisions)).Where(l => l.Second.Second is not null)
            .Select(l => (Weights: (double)l.First.Input(1).Constant!.Length, Share: sensitivity.Recomputed[(l.First.Name, l.Second)]))
                .ToArray();
        return layers.Sum(l => l.Weights * l.Share) / layers.Sum(l => l.Weights);
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}

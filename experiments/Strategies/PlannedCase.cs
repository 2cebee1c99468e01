using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Partition;
using MixPrec.Compiler.Planning;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Sensitivity;
using MixPrec.Compiler.Timing;
using MixPrec.Compiler.Verification;

namespace MixPrec.Experiments.Strategies;

/// <summary>
/// What planning has found out of a network: the stages of a build up to its integer program, with times of each layer that leaves fp32
/// alone besides.
/// </summary>
/// <param name="Graph">With the factors and shifts of channels that were found.</param>
/// <param name="Timing">The configurations that a build offers.</param>
/// <param name="Alone">What a layer saves that alone leaves fp32 in its sub-graph, by its name and candidate; nanoseconds.</param>
/// <param name="Parts">The sub-graphs with all of their configurations that were timed.</param>
internal sealed record PlannedCase(StrategyCase Case, Graph Graph, CalibrationResult Calibration, SensitivityTable Sensitivity,
    PartitionResult Partition, TimingResult Timing, IReadOnlyDictionary<(string Layer, PrecisionConfig Precision), double> Alone,
    IReadOnlyList<PartTiming> Parts)
{
    public EncodedWeightsCache Weights { get; } = new();

    public static PlannedCase Find(StrategyCase given, CancellationToken cancellation)
    {
        var (options, network, silent) = (given.Options, given.Network, new Unheard());
        var rules = LayerRules.Create(options, network.Graph, Candidates.FromModel);
        using var planner = new Planner(options, network.Graph, null, rules, silent, cancellation);
        var calibration = planner.Reduce(planner.Equalize(planner.Calibrate(given.Samples)));
        var sensitivity = planner.Estimate(calibration);
        var partition = planner.Partition(calibration, sensitivity);
        var weights = new EncodedWeightsCache();
        var choices = new CandidateSets(options, rules, weights);
        var offered = choices.WithEfficient(partition, sensitivity, choices.Configurations(partition.Subgraphs, sensitivity),
            ConfigurationEnumerator.DefaultCap / CandidateSets.PerEfficient);
        IReadOnlyList<PrecisionConfig>[][] timed = [.. partition.Subgraphs.Zip(offered, (s, c) => c.Concat(
            SingleDepartures.Of(s, n => choices.Bounded(n, sensitivity)))
            .DistinctBy(p => string.Join(' ', p)).ToArray())];
        using var float32 = PlanTrials.Compile(options, network.Graph, PrecisionAssignment.AllFloat, calibration.Ranges, weights);
        var samples = calibration.Samples.Calibration;
        var whole = NetworkTimer.Measure(planner.Graph, samples, float32, cancellation);
        var table = new SubgraphTimer(planner.Graph, samples, calibration.Ranges, weights, options.Threads, options.TimingBudget,
            (_, _) => { }, cancellation) { IsOpen = GainModels.IsHidden }.Measure(partition.Subgraphs, timed, float32, whole);
        PartTiming[] parts = [.. partition.Subgraphs.Zip(timed, table.Fitted)
            .Select(p => new PartTiming(p.First, [.. p.Second], p.Third))];
        var part = table with
        {
            // What a build offers comes first.
            Subgraphs = [.. table.Subgraphs.Zip(offered, (t, c) => t with { Configurations = [.. t.Configurations.Take(c.Count)] })],
        };
        return new(given, planner.Graph, calibration, sensitivity, partition,
            new(ConfigurationEnumerator.DefaultCap, offered, part, whole.Nanoseconds), parts.SelectMany(p => p.Alone()).ToDictionary(),
            parts);
    }

    public SelectionProblem Problem(Objective objective) => ProblemAssembly.Assemble(Case.Options with { Objective = objective },
        new AcceptanceCriteria(Case.Options.ErrorBudget, null), Partition, Timing, Sensitivity);

    public CompiledModel Compile(PrecisionAssignment assignment) => PlanTrials.Compile(Case.Options,
        new AdjustedGraph(Case.Network.Graph, Graph).For(assignment), assignment, Calibration.Ranges, Weights);

    /// <summary>What an assignment takes as a share of fp32 if every layer saves what it saves alone.</summary>
    public double ShareByLayers(PrecisionAssignment assignment) => 1 - (assignment.Choices.Where(c => c.Value != PrecisionConfig.F32)
        .Sum(c => Alone[(c.Key, c.Value)]) / Timing.Float32Nanoseconds);

    private sealed class Unheard : IProgress<BuildProgress>
    {
        public void Report(BuildProgress value)
        {
        }
    }
}

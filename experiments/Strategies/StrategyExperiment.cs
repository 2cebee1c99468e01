using System.Globalization;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Selection;

namespace MixPrec.Experiments.Strategies;

/// <summary>
/// What the integer program chooses for measured time (IP-ET), counted multiplications (IP-TT) and bytes (IP-M) against layers that leave
/// fp32 in their order or at random, each distinct plan measured as a whole: the figures of arXiv 2505.13060 on this machine.
/// </summary>
/// <param name="given">Budgets; none for <see cref="s_shares"/> of what the fastest plan is predicted to err.</param>
/// <param name="draws">Random plans for each budget.</param>
/// <param name="seconds">For the time of each plan.</param>
internal sealed class StrategyExperiment(Func<string, StrategyCase?> read, IReadOnlyCollection<string> networks,
    IReadOnlyList<double> given, int draws, double seconds)
{
    /// <summary>Below the first hardly a layer leaves fp32, and beyond the last the same plan is chosen by all.</summary>
    private static readonly double[] s_shares = [0.05, 0.1, 0.2, 0.4, 0.7, 1.01];

    private readonly List<StrategyOutcome> _outcomes = [];
    private readonly List<string> _parts = [];

    public IReadOnlyList<string> Names => [.. StrategyCase.Names.Where(n => networks.Count == 0 || networks.Contains(n))];

    /// <summary>The names of the paper.</summary>
    public static string NameOf(string strategy) => strategy switch
    {
        nameof(Objective.Time) => "IP-ET",
        nameof(Objective.Macs) => "IP-TT",
        nameof(Objective.Memory) => "IP-M",
        _ => strategy,
    };

    public void Add(string name, CancellationToken cancellation)
    {
        if (read(name) is not { } network)
        {
            return;
        }

        var planned = PlannedCase.Find(network, cancellation);
        AddParts(planned);
        var problem = planned.Problem(Objective.Time);
        double[] budgets = [.. given.Count > 0 ? given : s_shares.Select(s => s * FastestError(problem))];
        using var meter = new PlanMeter(planned, seconds);
        var measured = new Dictionary<string, MeasuredPlan>();
        foreach (var plan in StrategyPlan.Sweep(planned.Problem, budgets, draws))
        {
            if (!measured.TryGetValue(plan.Text, out var own))
            {
                cancellation.ThrowIfCancellationRequested();
                measured[plan.Text] = own = meter.Measure(plan.Assignment, isTimed: true, cancellation);
            }

            _outcomes.Add(new(name, NameOf(plan.Strategy), plan.Budget, plan.Chosen.Sum(c => c.QuantizedLayers),
                problem.RelativeError(plan.Chosen), 1 - (plan.Chosen.Sum(c => c.GainNanoseconds) / problem.FloatNanoseconds),
                planned.ShareByLayers(plan.Assignment), plan.Chosen.Sum(c => c.WeightBytes), own));
            Console.Error.WriteLine(_outcomes[^1]);
        }

        Console.WriteLine(Dominance.Table(name, [.. _outcomes.Where(o => o.Network == name)], budgets));
    }

    public void Write(string folder)
    {
        var all = ResultFile.Merge(Path.Combine(folder, "strategies.csv"), StrategyOutcome.Header, [.. _outcomes.Select(o => o.ToString())])
            .Select(PlottedOutcome.Parse).ToArray();
        ResultFile.Merge(Path.Combine(folder, "strategies-parts.csv"),
            "network,sub-graph,layers,configuration,microseconds in fp32,saved,saved by its layers alone", _parts);
        File.WriteAllText(Path.Combine(folder, "strategies.svg"), StrategyPlots.ErrorOverTime(all));
        File.WriteAllText(Path.Combine(folder, "strategies-time.svg"), StrategyPlots.PredictedTime(all));
        File.WriteAllText(Path.Combine(folder, "strategies-error.svg"), StrategyPlots.PredictedError(all));
    }

    private static double FastestError(SelectionProblem problem) =>
        problem.RelativeError(problem.Groups.Select(g => g.Configurations.MaxBy(c => c.Gain)!));

    /// <summary>Sub-graphs of several layers; of those that share a measurement the first.</summary>
    private void AddParts(PlannedCase planned)
    {
        foreach (var part in planned.Parts.Where(p => p.Subgraph.Quantizable.Count > 1).DistinctBy(p => p.Times.Float32))
        {
            var alone = part.Alone().ToDictionary();
            foreach (var (i, configuration) in part.Configurations.Index().Where(c => c.Item.Count(p => p != PrecisionConfig.F32) > 1))
            {
                double layers = part.Subgraph.Quantizable.Zip(configuration).Where(c => c.Second != PrecisionConfig.F32)
                    .Sum(c => alone[(c.First.Name, c.Second)]);
                _parts.Add(string.Create(CultureInfo.InvariantCulture,
                    $"{planned.Case.Name},{part.Subgraph.Index},{part.Subgraph.Quantizable.Count},{string.Join(' ', configuration)},")
                    + string.Create(CultureInfo.InvariantCulture,
                        $"{part.Times.Float32.Nanoseconds / 1000:F2},{part.Gain(i) / 1000:F2},{layers / 1000:F2}"));
            }
        }
    }
}

using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Timing;
using MixPrec.Compiler.Verification;

namespace MixPrec.Compiler.Planning;

/// <summary>What was measured of one plan of the curve.</summary>
internal sealed record CurveMeasurement(LossError Error, TimeComparison Times, long WeightBytes);

/// <summary>
/// The plans that the integer program chooses over a sweep of budgets, for each objective, with two baselines; each distinct one is
/// compiled and measured as a whole.
/// </summary>
/// <param name="assemble">The problem of an objective.</param>
/// <param name="measure">Compiles and measures an assignment.</param>
internal sealed class TradeOffCurve(Func<Objective, SelectionProblem> assemble, Func<PrecisionAssignment, CurveMeasurement> measure,
    StageProgress progress)
{
    private const int BudgetsPerDecade = 4;

    public IReadOnlyList<CurvePoint> Trace(double budget)
    {
        var problem = assemble(Objective.Time);
        Candidate[] candidates = [.. Candidates(problem, ParetoSweep.Budgets(budget, BudgetsPerDecade))];
        var measured = new Dictionary<string, CurveMeasurement>();
        string[] distinct = [.. candidates.Select(c => c.Text).Distinct()];
        foreach (var candidate in candidates.DistinctBy(c => c.Text))
        {
            progress.Step(measured.Count, distinct.Length);
            measured[candidate.Text] = measure(candidate.Assignment);
        }

        return CurvePoint.WithFront([.. candidates.DistinctBy(c => (c.Strategy, c.Text)).Select(c => Point(c, measured[c.Text], problem))]);
    }

    private static CurvePoint Point(Candidate candidate, CurveMeasurement measured, SelectionProblem problem)
    {
        double float32 = measured.Times.First.Nanoseconds, gain = candidate.Chosen.Sum(c => c.GainNanoseconds);
        return new(candidate.Strategy, candidate.Budget, problem.RelativeError(candidate.Chosen),
            measured.Error.Value, measured.Error.UpperBound95, float32 * (1 - (gain / problem.FloatNanoseconds)) / 1000,
            measured.Times.IsPredicted ? double.NaN : measured.Times.Second.Nanoseconds / 1000, float32 / 1000, measured.WeightBytes,
            candidate.Chosen.Sum(c => c.QuantizedLayers));
    }

    /// <summary>fp32, where it may be chosen; then by strategy, budgets rising.</summary>
    private IEnumerable<Candidate> Candidates(SelectionProblem time, IReadOnlyList<double> budgets)
    {
        if (time.Where(c => c.IsFloat) is { } plain)
        {
            yield return new("fp32", 0, plain.Groups, [.. plain.Groups.Select(g => g.Configurations[0])]);
        }

        var strategies = Enum.GetValues<Objective>().Select(objective => (Name: objective.ToString(), Problem: assemble(objective),
            Choose: (Func<SelectionProblem, int, IReadOnlyList<int>?>)((p, _) => IntegerProgram.Solve(p).Chosen is { Count: > 0 } chosen
                ? chosen : null)))
            .Append(("prefix", time, (p, _) => Baselines.Prefix(p)))
            .Append(("random", time, (p, i) => Baselines.Random(p, i)));
        foreach (var (name, problem, choose) in strategies)
        {
            // The other demands would leave out what the curve is to show.
            var free = problem with { MaxWeightBytes = null, MaxLatencyNanoseconds = null };
            foreach (var (i, budget) in budgets.Index())
            {
                // Where a strategy finds nothing, its plan is the one that stands first.
                if (choose(free with { ErrorBudget = budget }, i) is { } chosen
                    && !free.Groups.Zip(chosen, (g, c) => g.Configurations[c]).All(c => c.IsFloat))
                {
                    yield return new(name, budget, free.Groups, [.. free.Groups.Zip(chosen, (g, c) => g.Configurations[c])]);
                }
            }
        }
    }

    private sealed record Candidate(string Strategy, double Budget, IReadOnlyList<SelectionGroup> Groups,
        IReadOnlyList<Configuration> Chosen)
    {
        public string Text { get; } = string.Join('|', Chosen.Select(c => c.ToString()));

        public PrecisionAssignment Assignment => new(Groups.Zip(Chosen)
            .SelectMany(p => p.First.Subgraph.Quantizable.Zip(p.Second.Precisions)).ToDictionary(p => p.First.Name, p => p.Second));
    }
}

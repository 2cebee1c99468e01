using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Options;

namespace MixPrec.Compiler.Selection;

/// <summary>What a strategy chooses under a budget.</summary>
/// <param name="Strategy">An objective of the integer program, a baseline, or <c>fp32</c>.</param>
/// <param name="Budget">0 for fp32.</param>
internal sealed record StrategyPlan(string Strategy, double Budget, IReadOnlyList<SelectionGroup> Groups,
    IReadOnlyList<Configuration> Chosen)
{
    public const string Float32 = "fp32", Prefix = "prefix", Random = "random";

    /// <summary>Equal for equal assignments.</summary>
    public string Text { get; } = string.Join('|', Chosen.Select(c => c.ToString()));

    public PrecisionAssignment Assignment => new(Groups.Zip(Chosen)
        .SelectMany(p => p.First.Subgraph.Quantizable.Zip(p.Second.Precisions)).ToDictionary(p => p.First.Name, p => p.Second));

    /// <summary>
    /// fp32, where it may be chosen; then by strategy, budgets rising, of those that take something out of fp32: where a strategy finds
    /// nothing, its plan is the one that stands first.
    /// </summary>
    /// <param name="assemble">The problem of an objective. Demands on bytes and time are left aside: they would leave out what is to be
    /// compared.</param>
    /// <param name="draws">Plans that are drawn at random for each budget.</param>
    public static IEnumerable<StrategyPlan> Sweep(Func<Objective, SelectionProblem> assemble, IReadOnlyList<double> budgets, int draws = 1)
    {
        var time = assemble(Objective.Time);
        if (time.Where(c => c.IsFloat) is { } plain)
        {
            yield return new(Float32, 0, plain.Groups, [.. plain.Groups.Select(g => g.Configurations[0])]);
        }

        var strategies = Enum.GetValues<Objective>().Select(objective => (Name: objective.ToString(), Problem: assemble(objective),
            Choose: (Func<SelectionProblem, int, IReadOnlyList<int>?>)((p, _) => IntegerProgram.Solve(p).Chosen is { Count: > 0 } chosen
                ? chosen : null)))
            .Append((Prefix, time, (p, _) => Baselines.Prefix(p)))
            .Concat(Enumerable.Range(0, draws).Select(draw => (Random, time,
                (Func<SelectionProblem, int, IReadOnlyList<int>?>)((p, i) => Baselines.Random(p, i + (draw * budgets.Count))))));
        foreach (var (name, problem, choose) in strategies)
        {
            var free = problem with { MaxWeightBytes = null, MaxLatencyNanoseconds = null };
            foreach (var (i, budget) in budgets.Index())
            {
                if (choose(free with { ErrorBudget = budget }, i) is { } chosen
                    && new StrategyPlan(name, budget, free.Groups, [.. free.Groups.Zip(chosen, (g, c) => g.Configurations[c])]) is var plan
                    && !plan.Chosen.All(c => c.IsFloat))
                {
                    yield return plan;
                }
            }
        }
    }
}

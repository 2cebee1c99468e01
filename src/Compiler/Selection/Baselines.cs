namespace MixPrec.Compiler.Selection;

/// <summary>
/// What a plan is worth comparing with (arXiv 2505.13060): sub-graphs leave fp32 one after the other, each for the configuration that gains
/// most, as long as the predicted loss error keeps the budget. Nothing is weighed against anything.
/// </summary>
internal static class Baselines
{
    /// <summary>In the order in which they run; the first one that would break the budget ends it.</summary>
    /// <returns>Index of the configuration of each group; null where even the most accurate ones break the budget.</returns>
    public static IReadOnlyList<int>? Prefix(SelectionProblem problem) =>
        InTurn(problem, [.. Enumerable.Range(0, problem.Groups.Count)], ends: true);

    /// <summary>In an order drawn by <paramref name="seed"/>; those that would break the budget are passed over.</summary>
    /// <inheritdoc cref="Prefix" path="/returns"/>
    public static IReadOnlyList<int>? Random(SelectionProblem problem, int seed)
    {
        int[] order = [.. Enumerable.Range(0, problem.Groups.Count)];
        new Random(seed).Shuffle(order);
        return InTurn(problem, order, ends: false);
    }

    private static IReadOnlyList<int>? InTurn(SelectionProblem problem, int[] order, bool ends)
    {
        int[] chosen = [.. problem.Groups.Select(g => Best(g, c => -c.LossError))];
        if (!KeepsBudget(problem, chosen))
        {
            return null;
        }

        foreach (int group in order)
        {
            var configurations = problem.Groups[group].Configurations;
            int wanted = Best(problem.Groups[group], c => c.Gain);
            if (configurations[wanted].Gain <= configurations[chosen[group]].Gain)
            {
                continue;
            }

            int before = chosen[group];
            chosen[group] = wanted;
            if (!KeepsBudget(problem, chosen))
            {
                chosen[group] = before;
                if (ends)
                {
                    break;
                }
            }
        }

        return chosen;
    }

    private static bool KeepsBudget(SelectionProblem problem, int[] chosen) =>
        problem.UseOf(problem.Groups.Zip(chosen, (g, i) => g.Configurations[i])) <= problem.BudgetScale;

    /// <summary>The first of those with the largest value.</summary>
    private static int Best(SelectionGroup group, Func<Configuration, double> value) =>
        Enumerable.Range(0, group.Configurations.Count).MaxBy(i => value(group.Configurations[i]));
}

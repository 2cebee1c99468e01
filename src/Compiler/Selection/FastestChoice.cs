namespace MixPrec.Compiler.Selection;

/// <summary>The choice that is predicted to take the least time of those that meet the other limits.</summary>
internal static class FastestChoice
{
    private const double SolverLimit = 5;

    /// <summary>Loads are rounded to picoseconds, one for each group.</summary>
    private const double Rounding = 1;

    /// <summary>
    /// The problem with its limit of time raised to what can be reached, where it is below: predictions alone refuse no plan, a measurement
    /// does. Without that limit where the others leave no choice, so that it is they that are named.
    /// </summary>
    public static SelectionProblem Reachable(SelectionProblem problem) =>
        problem.MaxLatencyNanoseconds is not { } limit ? problem
        : Nanoseconds(problem) is not { } least ? problem with { MaxLatencyNanoseconds = null }
        : least > limit ? problem with { MaxLatencyNanoseconds = least } : problem;

    /// <summary>Its predicted time; null where the other limits leave no choice.</summary>
    public static double? Nanoseconds(SelectionProblem problem)
    {
        var others = problem with { MaxLatencyNanoseconds = null };
        if (MissedLimits.Find(others) is not null)
        {
            return null;
        }

        var model = new ChoiceModel(others);
        return model.Minimize(model.Sum(c => Limits.Picoseconds(-c.GainNanoseconds)), SolverLimit).Chosen is { } chosen
            ? problem.FloatNanoseconds - problem.Groups.Zip(chosen, (g, i) => g.Configurations[i].GainNanoseconds).Sum() + Rounding
            : null;
    }
}

namespace MixPrec.Compiler.Selection;

/// <summary>The best choice under one budget.</summary>
/// <param name="ErrorBudget">τ of this point.</param>
/// <param name="PredictedError">Predicted relative root mean square error of the choice, at most τ.</param>
/// <param name="Gain">Its gain, in the unit of the objective.</param>
/// <param name="WeightBytes">Its bytes of weights.</param>
internal sealed record ParetoPoint(double ErrorBudget, double PredictedError, double Gain, long WeightBytes);

/// <summary>The trade-off curve: the same program over a sweep of budgets.</summary>
internal static class ParetoSweep
{
    /// <summary>Budgets from a tenth to ten times the problem's, evenly spaced in their logarithm, the problem's own among them.</summary>
    public static IReadOnlyList<double> Budgets(double budget, int perDecade = 6) =>
        [.. Enumerable.Range(-perDecade, (2 * perDecade) + 1).Select(i => i == 0 ? budget : budget * Math.Pow(10, (double)i / perDecade))];

    /// <summary>One point per feasible budget, in the order of <paramref name="budgets"/>.</summary>
    public static IReadOnlyList<ParetoPoint> Run(SelectionProblem problem, IEnumerable<double> budgets) =>
        [.. from budget in budgets
            let result = IntegerProgram.Solve(problem with { ErrorBudget = budget })
            where result.Status is SelectionStatus.Optimal or SelectionStatus.Feasible
            select new ParetoPoint(budget, result.PredictedError, result.Gain, result.WeightBytes)];
}

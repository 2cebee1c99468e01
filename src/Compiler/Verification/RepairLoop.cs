using MixPrec.Compiler.Precision;
using MixPrec.Compiler.Selection;

namespace MixPrec.Compiler.Verification;

/// <summary>A selection as the emitted class measures on held-out samples.</summary>
/// <param name="Top1Agreement">Share of samples whose largest output stays the same; NaN where outputs are no classes.</param>
/// <param name="Repairs">How often the budget had been tightened.</param>
internal sealed record Verified(SelectionResult Selection, LossError Error, double Top1Agreement, int Repairs);

/// <summary>What a measured plan must keep.</summary>
internal sealed record Demands(double ErrorBudget, double? MinTop1Agreement)
{
    public bool MeetsBudget(Verified verified) => verified.Error.UpperBound95 <= ErrorBudget;

    /// <summary>A demanded agreement that cannot be measured is not met.</summary>
    public bool Meets(Verified verified) => MeetsBudget(verified) && (MinTop1Agreement is not { } least || verified.Top1Agreement >= least);

    /// <summary>Which of two plans to keep: one that meets everything, then one within the budget with the higher agreement, then the lower error.</summary>
    public bool Prefers(Verified candidate, Verified incumbent) =>
        Meets(candidate) != Meets(incumbent) ? Meets(candidate)
        : MeetsBudget(candidate) != MeetsBudget(incumbent) ? MeetsBudget(candidate)
        : MeetsBudget(candidate) && candidate.Top1Agreement != incumbent.Top1Agreement ? candidate.Top1Agreement > incumbent.Top1Agreement
        : candidate.Error.UpperBound95 < incumbent.Error.UpperBound95;
}

/// <summary>
/// Solve, measure the emitted class on held-out samples, tighten the right-hand side by what was measured against what was predicted, solve again.
/// Every round's limit lies below the predicted error of the plan before, so no plan is measured twice.
/// </summary>
internal static class RepairLoop
{
    /// <summary>How often the budget is tightened at most.</summary>
    public const int Rounds = 4;

    /// <summary>Share of the corrected limit that the next round may use: a repair that lands on the limit would be measured over it half of the time.</summary>
    private const double Margin = 0.95;

    /// <summary>What the limit shrinks to when only the agreement is missed, which says nothing about how far.</summary>
    private const double Step = 0.8;

    /// <summary>Loads round up to 2⁻³⁰ of the limit each: what lets the most accurate plan pass in spite of it.</summary>
    private const double Headroom = 1 + 1e-6;

    /// <param name="solve">The integer program.</param>
    /// <param name="measure">The measured loss error and agreement of an assignment.</param>
    /// <returns>The first plan that meets the demands, or else the best one that was measured.</returns>
    /// <exception cref="MixPrecException">MXP4001, MXP4004: already the first round has no plan.</exception>
    public static Verified Run(
        SelectionProblem problem, Demands demands, string className, string? file,
        Func<SelectionProblem, SelectionResult> solve, Func<PrecisionAssignment, (LossError Error, double Top1Agreement)> measure)
    {
        Verified? best = null;
        for (int round = 0; round <= Rounds; round++)
        {
            var selection = solve(problem);
            if (best is not null && selection.Status is SelectionStatus.Infeasible or SelectionStatus.Unknown)
            {
                break;
            }

            selection = selection.Require(className, file);
            var (error, agreement) = measure(selection.Assignment);
            var current = new Verified(selection, error, agreement, round);
            best = best is null || demands.Prefers(current, best) ? current : best;
            if (demands.Meets(best) || selection.LossError <= 0)
            {
                break;
            }

            problem = Tightened(problem, demands, current);
        }

        return best!;
    }

    /// <summary>
    /// The plan used p² of the budget and measured u²: the same ratio holds for the next plan when p'² ≤ p²·τ²/u², in the unit of the row
    /// BudgetScale' = p²/u². Where the budget is met (u ≤ τ) the limit is taken a step below p². Never below the most accurate plan there is.
    /// </summary>
    private static SelectionProblem Tightened(SelectionProblem problem, Demands demands, Verified current)
    {
        double budget = problem.ErrorBudget * problem.ErrorBudget * problem.MeanSquaredLoss;
        double used = current.Selection.LossError / budget, least = problem.Groups.Sum(g => g.Configurations.Min(c => c.LossError)) / budget;
        double excess = Math.Pow(current.Error.UpperBound95 / demands.ErrorBudget, 2);
        double scale = used * (excess > 1 ? Margin / excess : Step);
        return problem with { BudgetScale = least * Headroom < used ? Math.Max(scale, least * Headroom) : scale };
    }
}

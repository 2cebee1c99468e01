using Google.OrTools.Sat;

namespace MixPrec.Compiler.Selection;

/// <summary>
/// Solves a <see cref="SelectionProblem"/> with CP-SAT in three stages: most gain; of those least loss error; of those fewest ops that
/// leave fp32. What is still tied is decided by fixed weights per configuration, so that the answer is a property of the problem, not of
/// the solver. One worker, fixed seed and a limit in deterministic time: the same answer on every machine.
/// </summary>
internal static class IntegerProgram
{
    /// <summary>Limit of the first stage, in CP-SAT's deterministic seconds.</summary>
    private const double GainLimit = 10;

    /// <summary>
    /// Limit of each later stage. On networks of a few hundred sub-graphs proving the last tie takes far longer than finding the best gain
    /// (measured: 200 groups of 16 configurations); a stage that ends here keeps the best answer it has, on every machine the same.
    /// </summary>
    private const double TieLimit = 1;

    public static SelectionResult Solve(SelectionProblem problem)
    {
        if (problem.Groups.Count == 0)
        {
            return new SelectionResult(SelectionStatus.Optimal, problem, [], 0, 0, problem.FixedWeightBytes, 0, MissedLimits.Find(problem));
        }

        if (MissedLimits.Find(problem) is { } missed)
        {
            return Failed(SelectionStatus.Infeasible, problem, missed);
        }

        double scale = IntegerScale.ForGains(problem.Groups.Select(g => g.Configurations.Select(c => c.Gain)));
        var program = new ChoiceModel(problem, kept: ChoiceReduction.Find(problem, scale));
        var gain = program.Sum(c => IntegerScale.Gain(c.Gain, scale));
        var first = program.Maximize(gain, GainLimit);
        if (first is not { Chosen: { } chosen } solution)
        {
            bool proven = first.Status == CpSolverStatus.Infeasible;
            return Failed(proven ? SelectionStatus.Infeasible : SelectionStatus.Unknown, problem,
                proven ? MissedLimits.Explain(problem) : null);
        }

        // The best gain can only be kept, never passed, so an inequality is enough; loss likewise.
        program.Require(gain >= (long)Math.Round(solution.Objective));
        var loss = program.Sum(c => IntegerScale.Load(c.LossError, problem.LossErrorLimit));
        var second = program.Minimize(loss, TieLimit, chosen);
        if (second.Chosen is { } leastLoss)
        {
            chosen = leastLoss;
            program.Require(loss <= (long)Math.Round(second.Objective));
            chosen = program.Minimize(program.Ties(), TieLimit, chosen).Chosen ?? chosen;
        }

        return Result(first.Status == CpSolverStatus.Optimal ? SelectionStatus.Optimal : SelectionStatus.Feasible, problem, chosen,
            solution.Bound / scale);
    }

    private static SelectionResult Result(SelectionStatus status, SelectionProblem problem, IReadOnlyList<int> chosen, double bound)
    {
        var configurations = problem.Groups.Zip(chosen, (g, i) => g.Configurations[i]).ToArray();
        double gain = configurations.Sum(c => c.Gain);
        return new SelectionResult(
            status, problem, chosen, gain, configurations.Sum(c => c.LossError),
                problem.FixedWeightBytes + configurations.Sum(c => c.WeightBytes),
            status == SelectionStatus.Optimal ? gain : Math.Max(gain, bound), null);
    }

    private static SelectionResult Failed(SelectionStatus status, SelectionProblem problem, MissedLimit? missed) =>
        new(status, problem, [], 0, 0, 0, double.PositiveInfinity, missed);
}

using Google.OrTools.Sat;

namespace MixPrec.Compiler.Selection;

/// <summary>The CP-SAT model: one Boolean per configuration, exactly one true per group, one linear row per limit.</summary>
internal sealed class ChoiceModel
{
    private readonly CpModel _model = new();
    private readonly SelectionProblem _problem;
    private readonly BoolVar[][] _picked;

    /// <param name="without">A limit to leave out: its row is being minimised.</param>
    public ChoiceModel(SelectionProblem problem, LimitKind? without = null)
    {
        _problem = problem;
        _picked = AddChoices();
        foreach (var row in Limits.Rows(problem).Where(r => r.Kind != without))
        {
            _model.Add(Sum(row.Load) <= row.Limit);
        }
    }

    /// <summary>Σ of an integer quantity over the picked configurations.</summary>
    public LinearExpr Sum(Func<Configuration, long> quantity)
    {
        var terms = Pairs().Select(p => (p.Variable, Value: quantity(p.Configuration))).Where(p => p.Value != 0).ToArray();
        return LinearExpr.WeightedSum(terms.Select(p => p.Variable), terms.Select(p => p.Value));
    }

    /// <summary>Number of ops that leave fp32 above everything, then <see cref="TieWeight"/>.</summary>
    public LinearExpr Ties()
    {
        var pairs = Pairs().ToArray();
        return LinearExpr.WeightedSum(pairs.Select(p => p.Variable),
            pairs.Select(p => ((long)p.Configuration.QuantizedLayers << 42) + TieWeight(p.Group, p.Index)));
    }

    public void Require(BoundedLinearExpression condition) => _model.Add(condition);

    public Solution Maximize(LinearExpr objective, double limit)
    {
        _model.Maximize(objective);
        return Solve(limit);
    }

    public Solution Minimize(LinearExpr objective, double limit, IReadOnlyList<int>? hint = null)
    {
        _model.Minimize(objective);
        _model.ClearHints();
        foreach (var (variable, _, group, index) in hint is null ? [] : Pairs())
        {
            _model.AddHint(variable, hint![group] == index);
        }

        return Solve(limit);
    }

    /// <summary>A fixed number below 2³² for each configuration (the finalizer of SplitMix64): sums of different choices differ.</summary>
    public static long TieWeight(int group, int index)
    {
        ulong z = (((ulong)(uint)group << 32) | (uint)index) + 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (long)((z ^ (z >> 31)) >> 32);
    }

    private BoolVar[][] AddChoices()
    {
        var picked = _problem.Groups.Select((g, j) => g.Configurations.Select((_, i) => _model.NewBoolVar($"x{j}_{i}")).ToArray())
            .ToArray();
        foreach (var group in picked)
        {
            _model.AddExactlyOne(group);
        }

        return picked;
    }

    private IEnumerable<(BoolVar Variable, Configuration Configuration, int Group, int Index)> Pairs() =>
        _problem.Groups.SelectMany((g, j) => g.Configurations.Select((c, i) => (_picked[j][i], c, j, i)));

    private Solution Solve(double limit)
    {
        var solver = new CpSolver { StringParameters =
            FormattableString.Invariant($"num_workers:1 random_seed:1 max_deterministic_time:{limit}") };
        var status = solver.Solve(_model);
        return status is CpSolverStatus.Optimal or CpSolverStatus.Feasible
            ? new Solution(status, [.. _picked.Select(group => Array.FindIndex(group, x => solver.BooleanValue(x)))], solver.ObjectiveValue,
                solver.BestObjectiveBound)
            : new Solution(status, null, 0, 0);
    }
}

/// <summary>An answer of the solver; <paramref name="Chosen"/> is null when it has none.</summary>
internal sealed record Solution(CpSolverStatus Status, IReadOnlyList<int>? Chosen, double Objective, double Bound);

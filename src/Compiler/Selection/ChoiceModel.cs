using Google.OrTools.Sat;

namespace MixPrec.Compiler.Selection;

/// <summary>The CP-SAT model: one Boolean per configuration, exactly one true per group, one linear row per limit.</summary>
internal sealed class ChoiceModel
{
    private readonly CpModel _model = new();
    private readonly Choice[][] _choices;

    /// <param name="without">A limit to leave out: its row is being minimised.</param>
    /// <param name="kept">For each group and configuration whether it may be picked; null for all.</param>
    public ChoiceModel(SelectionProblem problem, LimitKind? without = null, bool[][]? kept = null)
    {
        _choices = [.. problem.Groups.Select((g, j) => g.Configurations.Index().Where(c => kept?[j][c.Index] ?? true)
            .Select(c => new Choice(_model.NewBoolVar($"x{j}_{c.Index}"), c.Item, j, c.Index)).ToArray())];
        foreach (var group in _choices)
        {
            _model.AddExactlyOne(group.Select(c => c.Variable));
        }

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
        foreach (var choice in hint is null ? [] : Pairs())
        {
            _model.AddHint(choice.Variable, hint![choice.Group] == choice.Index);
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

    private IEnumerable<Choice> Pairs() => _choices.SelectMany(group => group);

    private Solution Solve(double limit)
    {
        // Of signals it would leave Ctrl-C to the system, which ends the process: findings/ortools-takes-ctrl-c.sh.
        var solver = new CpSolver
        {
            StringParameters = FormattableString.Invariant(
                $"num_workers:1 random_seed:1 max_deterministic_time:{limit} catch_sigint_signal:false"),
        };
        var status = solver.Solve(_model);
        return status is CpSolverStatus.Optimal or CpSolverStatus.Feasible
            ? new Solution(status, [.. _choices.Select(group => group.First(c => solver.BooleanValue(c.Variable)).Index)],
                solver.ObjectiveValue, solver.BestObjectiveBound)
            : new Solution(status, null, 0, 0);
    }

    private sealed record Choice(BoolVar Variable, Configuration Configuration, int Group, int Index);
}

/// <summary>An answer of the solver; <paramref name="Chosen"/> is null when it has none.</summary>
internal sealed record Solution(CpSolverStatus Status, IReadOnlyList<int>? Chosen, double Objective, double Bound);

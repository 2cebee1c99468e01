namespace MixPrec.Compiler.Selection;

/// <summary>
/// The integer program of arXiv 2505.13060: pick one configuration per group, maximise Σ gain, subject to Σ loss error ≤ τ²·E[g²] and the
/// optional rows.
/// </summary>
/// <param name="ErrorBudget">τ: relative root mean square error of the loss.</param>
/// <param name="MeanSquaredLoss">E[g²] of the calibration samples, above 0.</param>
internal sealed record SelectionProblem(IReadOnlyList<SelectionGroup> Groups, double ErrorBudget, double MeanSquaredLoss)
{
    /// <summary>Scales the right-hand side of the loss row: repair after verification sets it to (predicted / measured) below 1.</summary>
    public double BudgetScale { get; init; } = 1;

    /// <summary>Limit on all bytes of weights, <see cref="FixedWeightBytes"/> included.</summary>
    public long? MaxWeightBytes { get; init; }

    /// <summary>Bytes of constants that no choice changes.</summary>
    public long FixedWeightBytes { get; init; }

    /// <summary>Limit on <see cref="FloatNanoseconds"/> − Σ time gain.</summary>
    public double? MaxLatencyNanoseconds { get; init; }

    /// <summary>Measured latency of the whole network in fp32.</summary>
    public double FloatNanoseconds { get; init; }

    /// <summary>Right-hand side of the loss row.</summary>
    public double LossErrorLimit => ErrorBudget * ErrorBudget * MeanSquaredLoss * BudgetScale;

    /// <summary>How many outputs have a loss whose error is bounded; each has an equal part of <see cref="LossErrorLimit"/>.</summary>
    public int Outputs => Groups.Count == 0 ? 1 : Groups[0].Configurations[0].LossErrors.Count;

    /// <summary>What is used of the limit without <see cref="BudgetScale"/> at least, by the output that uses most.</summary>
    public double LeastUse => Use(o => Groups.Sum(g => g.Configurations.Min(c => c.LossErrors[o])));

    /// <summary>The same problem with fewer choices; null where a group has none left.</summary>
    public SelectionProblem? Where(Func<Configuration, bool> offered)
    {
        SelectionGroup[] groups = [.. Groups.Select(g => g with { Configurations = [.. g.Configurations.Where(offered)] })];
        return groups.All(g => g.Configurations.Count > 0) ? this with { Groups = groups } : null;
    }

    /// <summary>What a choice is predicted to use of the limit without <see cref="BudgetScale"/>, of the output that uses most.</summary>
    public double UseOf(IEnumerable<Configuration> choice)
    {
        var all = choice.ToArray();
        return Use(o => all.Sum(c => c.LossErrors[o]));
    }

    /// <summary>The predicted loss error of a choice, of the output with the largest, in the unit of <see cref="ErrorBudget"/>.</summary>
    public double RelativeError(IEnumerable<Configuration> choice)
    {
        var all = choice.ToArray();
        return Math.Sqrt(Enumerable.Range(0, Outputs).Max(o => all.Sum(c => c.LossErrors[o])) / (MeanSquaredLoss / Outputs));
    }

    /// <summary>A loss error as a relative root mean square, the unit of <see cref="ErrorBudget"/>.</summary>
    public double RelativeError(double lossError) => Math.Sqrt(lossError / MeanSquaredLoss);

    private double Use(Func<int, double> lossError) =>
        Enumerable.Range(0, Outputs).Max(lossError) / (ErrorBudget * ErrorBudget * (MeanSquaredLoss / Outputs));
}

/// <summary>How a solve ended.</summary>
internal enum SelectionStatus
{
    /// <summary>The choice is the best there is.</summary>
    Optimal,

    /// <summary>The solver reached its limit; the choice meets every row and is within the stated gap of the best.</summary>
    Feasible,

    /// <summary>No choice meets every row.</summary>
    Infeasible,

    /// <summary>The solver reached its limit before it found a choice.</summary>
    Unknown,
}

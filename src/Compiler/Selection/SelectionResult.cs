using MixPrec.Compiler.Formats;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Selection;

/// <summary>What the solver found.</summary>
/// <param name="Chosen">Index of the configuration of each group; empty without a choice.</param>
/// <param name="Gain">Σ gain of the choice, in the unit of the objective.</param>
/// <param name="LossError">Σ expected squared loss change of the choice.</param>
/// <param name="WeightBytes">Bytes of all weights, the fixed ones included.</param>
/// <param name="GainBound">No choice gains more than this.</param>
/// <param name="Missed">The row that cannot be met, when infeasible.</param>
internal sealed record SelectionResult(
    SelectionStatus Status, SelectionProblem Problem, IReadOnlyList<int> Chosen, double Gain, double LossError, long WeightBytes,
        double GainBound, MissedLimit? Missed)
{
    /// <summary>(bound − gain) / |gain|; 0 when optimal.</summary>
    public double RelativeGap => Status == SelectionStatus.Optimal ? 0 : (GainBound - Gain) / Math.Max(Math.Abs(Gain), double.Epsilon);

    /// <summary>Predicted relative root mean square error of the loss.</summary>
    public double PredictedError => Problem.RelativeError(Configurations);

    /// <summary>Σ measured time saved, nanoseconds.</summary>
    public double GainNanoseconds => Configurations.Sum(c => c.GainNanoseconds);

    /// <summary>The chosen configuration of each group.</summary>
    public IEnumerable<Configuration> Configurations => Problem.Groups.Zip(Chosen, (group, index) => group.Configurations[index]);

    /// <summary>The candidate of every quantizable op.</summary>
    public PrecisionAssignment Assignment => new(Problem.Groups.Zip(Configurations)
        .SelectMany(p => p.First.Subgraph.Quantizable.Zip(p.Second.Precisions)).ToDictionary(p => p.First.Name, p => p.Second));

    /// <summary>The same choice in groups that offer more, by the places of its configurations there.</summary>
    public SelectionResult Among(IReadOnlyList<SelectionGroup> groups) => this with
    {
        Problem = Problem with { Groups = groups },
        Chosen = [.. groups.Zip(Configurations, (group, chosen) =>
            group.Configurations.Index().First(c => ReferenceEquals(c.Item, chosen)).Index)],
    };

    /// <exception cref="MixPrecException">MXP4001: no choice meets every row; names the limit and the least achievable value.</exception>
    public SelectionResult Require(string className, string? file) =>
        Missed is { } missed ? throw new MixPrecException(DiagnosticCatalog.Infeasible, file, className, missed.Name, missed.Limit,
            missed.LeastAchievable)
        : Status == SelectionStatus.Unknown ? throw new MixPrecException(DiagnosticCatalog.SolverStopped, file, className)
        : this;
}

/// <summary>A limit that no assignment meets.</summary>
/// <param name="Name">The metadata that sets it.</param>
/// <param name="Limit">Its value, in its unit.</param>
/// <param name="LeastAchievable">The least value that can be reached, with the limits it was computed under.</param>
internal sealed record MissedLimit(string Name, string Limit, string LeastAchievable);

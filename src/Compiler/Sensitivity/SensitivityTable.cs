using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Sensitivity;

/// <summary>Expected squared loss change of every (op, candidate), and the mean squared loss it is measured against.</summary>
internal sealed record SensitivityTable(IReadOnlyDictionary<(string Node, PrecisionConfig Precision), double> Values,
    double MeanSquaredLoss)
{
    /// <summary>The loss change δ_r of every sample r, in one order for all; empty for estimators that know only squares.</summary>
    public IReadOnlyDictionary<(string Node, PrecisionConfig Precision), IReadOnlyList<float>> Changes { get; init; } =
        new Dictionary<(string, PrecisionConfig), IReadOnlyList<float>>();

    /// <summary>
    /// The share of components that the second pass computed on the calibration samples, 0…1, of candidates of two passes.
    /// </summary>
    public IReadOnlyDictionary<(string Node, PrecisionConfig Precision), double> Recomputed { get; init; } =
        new Dictionary<(string, PrecisionConfig), double>();

    /// <summary>
    /// Ops whose gradient was 0 on all samples: the loss does not depend on them, or only through steps (rounding, integers). Their zeros
    /// say nothing.
    /// </summary>
    public IReadOnlySet<string> WithoutGradient { get; init; } = new HashSet<string>();

    /// <summary>Samples that are not part of these numbers.</summary>
    public LeftOutSamples LeftOut { get; init; } = LeftOutSamples.None;

    /// <summary>Of each output whose loss error is bounded; this table alone where there is one.</summary>
    public IReadOnlyList<SensitivityTable> Outputs { get => field ?? [this]; private init; }

    /// <summary>
    /// Of several outputs: Σ of their squared changes, each relative to the mean square of its loss. The mean squared loss is then their
    /// number, so that the limit of each is a part of the limit of all.
    /// </summary>
    public static SensitivityTable Join(IReadOnlyList<SensitivityTable> outputs) => outputs.Count == 1 ? outputs[0]
        : new(outputs[0].Values.Keys.ToDictionary(k => k, k => outputs.Sum(o => o.Values[k] / o.MeanSquaredLoss)), outputs.Count)
        {
            Outputs = outputs,
            Recomputed = outputs[0].Recomputed,
            WithoutGradient = outputs.Select(o => o.WithoutGradient.AsEnumerable()).Aggregate((a, b) => a.Intersect(b)).ToHashSet(),
            LeftOut = outputs.MaxBy(o => o.LeftOut.Samples.Count)!.LeftOut,
        };

    public double this[Node node, PrecisionConfig precision] => precision == PrecisionConfig.F32 ? 0 : Values[(node.Name, precision)];

    /// <summary>
    /// The relative root mean square error that an assignment is predicted to make with the correlation of its ops, of the output with the
    /// largest; NaN when the changes of samples are not known.
    /// </summary>
    public double ErrorTogether(PrecisionAssignment assignment) =>
        Math.Sqrt(Outputs.Max(o => o.Correlated(assignment) / o.MeanSquaredLoss));

    /// <summary>
    /// mean_r (Σ_l δ_{l,r})²: what a whole assignment changes, with the correlation of its ops. The distance from the sum of squares says
    /// how far additivity holds. NaN when the changes of samples are not known.
    /// </summary>
    public double Correlated(PrecisionAssignment assignment)
    {
        double[]? sums = null;
        foreach (var (name, precision) in assignment.Choices)
        {
            if (!Changes.TryGetValue((name, precision), out var changes))
            {
                return double.NaN;
            }

            sums ??= new double[changes.Count];
            for (int r = 0; r < sums.Length; r++)
            {
                sums[r] += changes[r];
            }
        }

        return sums is null ? 0 : sums.Sum(s => s * s) / sums.Length;
    }
}

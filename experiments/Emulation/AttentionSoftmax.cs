using MixPrec.Compiler.Conditioning;

namespace MixPrec.Experiments.Emulation;

/// <summary>The softmax of an attention over the rows of its scores v [rows, columns]: p = softmax(scale·v + mask).</summary>
/// <param name="mask">[rows, columns]; null for none.</param>
internal sealed class AttentionSoftmax(int columns, float scale, float[]? mask)
{
    /// <summary>Below, e^x is 0 in fp32.</summary>
    private const float Never = -104;

    /// <summary>Whether the mask takes the score out: its probability is 0 whatever it is.</summary>
    public bool IsMasked(int index) => mask is not null && mask[index] < Never;

    /// <summary>
    /// κ_j = 2·p_j·(1 − p_j)·|scale|·N_j of each score; see <see cref="ActivationCondition.Score"/>. 0 where it is masked.
    /// </summary>
    /// <param name="scores">[rows, columns], finite.</param>
    /// <param name="numerators">N of every score; null for 1.</param>
    public double[] Conditions(float[] scores, float[]? numerators)
    {
        var conditions = new double[scores.Length];
        Parallel.For(0, scores.Length / columns, row =>
        {
            int[] read = [.. Enumerable.Range(row * columns, columns).Where(i => !IsMasked(i))];
            double[] arguments = [.. read.Select(i => ((double)scale * scores[i]) + (mask?[i] ?? 0))];
            double highest = arguments.DefaultIfEmpty().Max(), sum = arguments.Sum(a => Math.Exp(a - highest));
            for (int i = 0; i < read.Length; i++)
            {
                conditions[read[i]] = ActivationCondition.Score(Math.Exp(arguments[i] - highest) / sum) * Math.Abs(scale)
                    * (numerators?[read[i]] ?? 1);
            }
        });
        return conditions;
    }

    /// <summary>Which scores a rule recomputes. Errors of a softmax's arguments are absolute, so that no |v̂| divides.</summary>
    public bool[] Flags(RecomputeRule rule, float[] scores, float[]? numerators) =>
        [.. Conditions(scores, numerators).Select(c => c > rule.Tolerance)];
}

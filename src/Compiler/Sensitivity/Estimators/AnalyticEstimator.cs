using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Precision;
using MixPrec.Plan;
using TorchSharp;
using static TorchSharp.torch;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.Sensitivity.Estimators;

/// <summary>
/// δ² = Σ_z (∂g/∂z)² E[Δz²] over the operands z of an op, all errors independent: an activation's gradient counts element by element; a weight's is
/// summed over the tokens or pixels of a sample before it is squared, for they share one error (arXiv 2505.13060; see <see cref="RoundingNoise"/>).
/// </summary>
internal sealed class AnalyticEstimator(TorchExecutor executor, RangeTable ranges) : IEstimator
{
    public bool IsSigned => false;

    public IEnumerable<TorchTensor> Changes(OpObservation op, IReadOnlyList<PrecisionConfig> candidates) =>
        op.Node.MultipliesActivations() ? OfActivations(op, candidates) : WithWeights(op, candidates);

    private IEnumerable<TorchTensor> OfActivations(OpObservation op, IReadOnlyList<PrecisionConfig> candidates)
    {
        if (candidates.Count == 0)
        {
            yield break;
        }

        var (lhs, rhs) = ActivationGradients.OfBoth(op);
        var right = rhs * RoundingNoise.OfStep(ranges.Rhs(op.Node).ToSymmetricScale());
        foreach (var precision in candidates)
        {
            yield return right + (lhs * RoundingNoise.OfStep(ranges[op.Node].ToQuantization(precision.LhsMaximum).Scale));
        }
    }

    private IEnumerable<TorchTensor> WithWeights(OpObservation op, IReadOnlyList<PrecisionConfig> candidates)
    {
        var activations = candidates.Any(p => p.QuantizesLhs) ? ActivationGradients.OfLhs(executor, op) : null;
        var noises = candidates.Select(p => p.Rhs).Where(t => t is ElementType.I8 or ElementType.BF16).Distinct().ToDictionary(t => t, t => WeightNoise(op, t));
        var weights = WeightGradients.Weighted(op, [.. noises.Values]).ToArray();
        var byType = noises.Keys.Zip(weights).ToDictionary(p => p.First, p => p.Second);
        foreach (var precision in candidates)
        {
            var sum = byType.TryGetValue(precision.Rhs, out var known) ? known.clone() : zeros(op.Samples);
            yield return precision.QuantizesLhs ? sum + (activations! * RoundingNoise.OfStep(ranges.Quantization(op.Node, precision).Scale)) : sum;
        }
    }

    /// <summary>E[Δw²] of every weight, in its shape.</summary>
    private static TorchTensor WeightNoise(OpObservation op, ElementType type)
    {
        var weights = op.Rhs;
        if (type == ElementType.BF16)
        {
            return weights.square().mul_(RoundingNoise.Relative(RoundingNoise.BF16Bits));
        }

        // Channels are axis 0 of Conv weights and axis 1 of all others.
        long[] others = op.Node.Op is not Conv ? [0] : [.. Enumerable.Range(1, (int)weights.dim() - 1).Select(d => (long)d)];
        var steps = weights.abs().amax(others, keepdim: true) / WeightQuantizer.Maximum;
        return steps.square().mul_(RoundingNoise.OfStep(1)).expand(weights.shape).contiguous();
    }
}

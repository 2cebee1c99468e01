using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;
using TorchSharp;
using static TorchSharp.torch;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.Sensitivity.Estimators;

/// <summary>
/// δ² = Σ_z (∂g/∂z)² E[Δz²] over the operands z of an op, all errors independent: an activation's gradient counts element by element; a
/// weight's is summed over the tokens or pixels of a sample before it is squared, for they share one error (arXiv 2505.13060; see
/// <see cref="RoundingNoise"/>).
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
        foreach (var precision in candidates)
        {
            yield return (rhs * RoundingNoise.OfStep(precision.Storage.ActivationParameters(ranges.Rhs(op.Node)).Scale))
                + (lhs * RoundingNoise.OfStep(precision.Activations.Parameters(ranges[op.Node]).Scale));
        }
    }

    private IEnumerable<TorchTensor> WithWeights(OpObservation op, IReadOnlyList<PrecisionConfig> candidates)
    {
        var activations = candidates.Any(p => p.QuantizesActivations) ? ActivationGradients.OfLhs(executor, op) : null;
        var relative = candidates.Any(p => p.RoundsActivations) ? ActivationGradients.OfLhsRelative(executor, op) : null;
        StorageFormat[] formats = [.. candidates.Select(p => p.Storage).Where(f => !f.IsLossless).Distinct()];
        var changes = formats.Zip(WeightGradients.Weighted(op, [.. formats.Select(f => QuantizedConstants.Noise(op.Node, f))]))
            .ToDictionary(p => p.First, p => p.Second);
        foreach (var precision in candidates)
        {
            var sum = precision.Storage.IsLossless ? zeros(op.Samples) : changes[precision.Storage].clone();
            yield return ranges.Parameters(op.Node, precision.Activations) is { } parameters
                ? sum + (activations! * RoundingNoise.OfStep(parameters.Scale))
                : precision.RoundsActivations ? sum + (relative! * RoundingNoise.Relative(RoundingNoise.BF16Bits)) : sum;
        }
    }
}

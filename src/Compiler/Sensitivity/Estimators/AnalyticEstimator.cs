using System.Runtime.InteropServices;
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
        var squares = candidates.Any(p => p.QuantizesActivations || p.RoundsActivations) ? ActivationGradients.OfLhs(executor, op) : null;
        var equal = squares is null ? null : ActivationGradients.Sum(squares, op);
        var relative = candidates.Any(p => p.RoundsActivations) ? ActivationGradients.Sum(squares! * op.X.detach().square(), op) : null;
        var ofRows = candidates.Any(p => p.Activations.HasRowScales) ? ActivationGradients.Sum(squares! * RowNoise(op.X), op) : null;
        StorageFormat[] formats = [.. candidates.Select(p => p.Storage).Where(f => !f.IsLossless).Distinct()];
        var changes = formats.Zip(WeightGradients.Weighted(op, [.. formats.Select(f => QuantizedConstants.Noise(op.Node, f))]))
            .ToDictionary(p => p.First, p => p.Second);
        foreach (var precision in candidates)
        {
            var sum = precision.Storage.IsLossless ? zeros(op.Samples) : changes[precision.Storage].clone();
            yield return precision.RoundsActivations ? sum + (relative! * RoundingNoise.Relative(RoundingNoise.BF16Bits))
                : ranges.Parameters(op.Node, precision.Activations) is not { } parameters ? sum
                : sum + (parameters.HasRowScales ? ofRows! : equal! * RoundingNoise.OfStep(parameters.Scale));
        }
    }

    /// <summary>E[Δx²] in each row of its own scale: [rows…, 1].</summary>
    private static TorchTensor RowNoise(TorchTensor x)
    {
        using var dense = x.detach().contiguous();
        var values = MemoryMarshal.Cast<byte, float>(dense.bytes);
        int depth = checked((int)x.shape[^1]);
        var noise = new float[x.numel() / Math.Max(1, depth)];
        for (int row = 0; row < noise.Length; row++)
        {
            noise[row] = (float)RoundingNoise.OfStep(QuantizationParameters.OfRow(values.Slice(row * depth, depth)).Scale);
        }

        return tensor(noise, [.. x.shape.SkipLast(1), 1]);
    }
}

using MixPrec.Compiler.Formats;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.Sensitivity.Estimators;

/// <summary>δ² = Σ (∂g/∂y)² (ŷ − y)²: the errors of different elements independent.</summary>
internal sealed class FisherEstimator(OutputError error) : IEstimator
{
    public bool IsSigned => false;

    public IEnumerable<TorchTensor> Changes(OpObservation op, IReadOnlyList<PrecisionConfig> candidates) =>
        candidates.Select(p => error.Weighted(op, p).square().sum(1));
}

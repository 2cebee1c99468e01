using MixPrec.Compiler.Formats;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.Sensitivity.Estimators;

/// <summary>δ = Σ ∂g/∂y · (ŷ − y): the errors of different elements with their correlations.</summary>
internal sealed class ProjectedEstimator(OutputError error) : IEstimator
{
    public bool IsSigned => true;

    public IEnumerable<TorchTensor> Changes(OpObservation op, IReadOnlyList<PrecisionConfig> candidates) =>
        candidates.Select(p => error.Weighted(op, p).sum(1));
}

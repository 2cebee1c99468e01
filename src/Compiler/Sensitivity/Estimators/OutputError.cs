using MixPrec.Compiler.Formats;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.Sensitivity.Estimators;

/// <summary>The real error of an op's output.</summary>
internal sealed class OutputError(RoundedProduct product)
{
    /// <summary>[samples, elements] ∂g/∂y · (ŷ − y).</summary>
    public TorchTensor Weighted(OpObservation op, PrecisionConfig precision) =>
        product.Of(op, precision).sub_(op.Y).mul_(op.Gradient).reshape(op.Samples, -1);
}

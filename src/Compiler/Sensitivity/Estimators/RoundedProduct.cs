using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Precision;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.Sensitivity.Estimators;

/// <summary>An op's output before the activation with both operands rounded as its kernel rounds them, on the inputs of fp32.</summary>
internal sealed class RoundedProduct(TorchExecutor executor, RangeTable ranges, QuantizedConstants weights)
{
    /// <param name="precision">A candidate of one pass.</param>
    public TorchTensor Of(OpObservation op, PrecisionConfig precision)
    {
        var x = precision.QuantizesLhs ? Rounded(op.X, ranges.Quantization(op.Node, precision)) : op.X;
        var rhs = op.Node.MultipliesActivations() ? Rounded(op.Rhs, ranges.Rhs(op.Node).ToSymmetricScale()) : weights.Of(op.Node, precision);
        return executor.Product(op.Node, x, rhs);
    }

    private static TorchTensor Rounded(TorchTensor x, AffineQuantization grid) =>
        (x / grid.Scale).round_().add_(grid.ZeroPoint).clamp_(0, grid.Maximum).sub_(grid.ZeroPoint).mul_(grid.Scale);

    private static TorchTensor Rounded(TorchTensor x, float scale) => (x / scale).round_().clamp_(-WeightQuantizer.Maximum, WeightQuantizer.Maximum).mul_(scale);
}

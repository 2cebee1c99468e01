using System.Runtime.InteropServices;
using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.Sensitivity.Estimators;

/// <summary>An op's output before the activation with both operands rounded as its kernel rounds them, on the inputs of fp32.</summary>
internal sealed class RoundedProduct(TorchExecutor executor, RangeTable ranges, QuantizedConstants weights)
{
    /// <param name="precision">A candidate of one pass.</param>
    public TorchTensor Of(OpObservation op, PrecisionConfig precision)
    {
        var x = ranges.Parameters(op.Node, precision.Activations) is { } parameters ? Rounded(op.X, parameters)
            : precision.RoundsActivations ? op.X.bfloat16().@float() : op.X;
        var rhs = op.Node.MultipliesActivations() ? Rounded(op.Rhs, precision.Storage.ActivationParameters(ranges.Rhs(op.Node)))
            : weights.Of(op.Node, precision.Storage);
        var y = executor.Product(op.Node, x, rhs);
        return ranges.BiasCorrection(op.Node, precision) is { } correction ? y.add_(OfChannels(op.Node, correction, y)) : y;
    }

    /// <summary>In a shape that is added to the output.</summary>
    private static TorchTensor OfChannels(Node node, BiasCorrection correction, TorchTensor y) => TorchSharp.torch.tensor(
        correction.Values.ToArray(),
        correction.Shape is { } shape ? [.. shape.Select(d => (long)d)]
        : node.Op is Conv ? [1, correction.Count, .. Enumerable.Repeat(1L, (int)y.dim() - 2)] : [correction.Count]);

    private static TorchTensor Rounded(TorchTensor x, QuantizationParameters parameters)
    {
        using var dense = x.detach().contiguous();
        var rounded = Tensor.Zeros(ElementType.F32, dense.shape);
        var from = MemoryMarshal.Cast<byte, float>(dense.bytes);
        var to = rounded.Writable<float>();
        int row = parameters.HasRowScales ? checked((int)Math.Max(1, x.shape[^1])) : from.Length;
        for (int at = 0; at < from.Length; at += row)
        {
            var reals = from.Slice(at, row);
            (parameters.HasRowScales ? QuantizationParameters.OfRow(reals) : parameters).Round(reals, to.Slice(at, row));
        }

        return TorchView.FromTensor(rounded);
    }
}

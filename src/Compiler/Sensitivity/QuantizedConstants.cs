using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Precision;
using MixPrec.Plan;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.Sensitivity;

/// <summary>Weights as the kernels of each candidate see them: those of one layer at a time, for those of all together may not fit into memory.</summary>
internal sealed class QuantizedConstants : IDisposable
{
    private readonly Dictionary<ElementType, TorchTensor> _known = [];
    private Node? _node;

    /// <summary>Valid until another layer's are asked for.</summary>
    public TorchTensor Of(Node node, PrecisionConfig precision)
    {
        if (_node != node)
        {
            Dispose();
            _node = node;
        }

        if (!_known.TryGetValue(precision.Rhs, out var weights))
        {
            _known[precision.Rhs] = weights = Make(node, precision).DetachFromDisposeScope();
        }

        return weights;
    }

    public void Dispose()
    {
        foreach (var tensor in _known.Values)
        {
            tensor.Dispose();
        }

        _known.Clear();
    }

    private static TorchTensor Make(Node node, PrecisionConfig precision)
    {
        var exact = node.Input(1).Constant!;
        if (precision.QuantizesRhs && ModelQuantization.OfWeights(node) is not null)
        {
            return TorchView.Of(exact);
        }

        // Channels are the rows of Conv weights and the columns of MatMul weights.
        int channels = checked((int)exact.Shape[node.Op is MatMul ? 1 : 0]);
        var rounded = Graphs.Tensor.Zeros(ElementType.F32, exact.Shape);
        WeightQuantizer.Dequantized(exact.Span<float>(), channels, node.Op is MatMul ? 1 : checked((int)exact.Length) / Math.Max(channels, 1), precision, rounded.Writable<float>());
        return TorchView.Of(rounded);
    }
}

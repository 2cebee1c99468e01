using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Precision;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.Sensitivity;

/// <summary>Weights as the kernels of each candidate see them, made once.</summary>
internal sealed class QuantizedConstants(TorchExecutor executor) : IDisposable
{
    private readonly Dictionary<(Node, PrecisionConfig), TorchTensor> _known = [];

    public TorchTensor Of(Node node, PrecisionConfig precision)
    {
        if (!_known.TryGetValue((node, precision), out var weights))
        {
            _known[(node, precision)] = weights = Make(node, precision).DetachFromDisposeScope();
        }

        return weights;
    }

    public void Dispose()
    {
        foreach (var tensor in _known.Values)
        {
            tensor.Dispose();
        }
    }

    private TorchTensor Make(Node node, PrecisionConfig precision)
    {
        if (precision.QuantizesRhs && ModelQuantization.OfWeights(node) is not null)
        {
            return executor.Constant(node.Input(1)).alias();
        }

        // Channels are the rows of Conv weights and the columns of MatMul weights.
        var exact = executor.Constant(node.Input(1));
        var rows = (node.Op is MatMul ? exact.t() : exact).contiguous().ToTensor();
        var rounded = new float[rows.Length];
        WeightQuantizer.Dequantized(rows.Span<float>(), checked((int)rows.Shape[0]), precision, rounded);
        var result = TorchSharp.torch.tensor(rounded, rows.Shape);
        return node.Op is MatMul ? result.t().contiguous() : result;
    }
}

using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Calibration.Torch;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Precision;
using MixPrec.Plan;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.Sensitivity;

/// <summary>Weights as the kernels of each candidate see them: made once while all fit into <see cref="MostBytes"/>, otherwise those of one layer at a time.</summary>
internal sealed class QuantizedConstants : IDisposable
{
    private const long MostBytes = 512L << 20;

    private readonly Dictionary<(Node Node, ElementType Type), TorchTensor> _known = [];
    private long _bytes;

    /// <summary>Valid until another layer's are asked for.</summary>
    public TorchTensor Of(Node node, PrecisionConfig precision)
    {
        if (!_known.TryGetValue((node, precision.Rhs), out var weights))
        {
            long bytes = node.Input(1).Constant!.Length * sizeof(float);
            if (_bytes + bytes > MostBytes)
            {
                Drop(_known.Keys.Where(k => k.Node != node));
            }

            _known[(node, precision.Rhs)] = weights = Make(node, precision).DetachFromDisposeScope();
            _bytes += weights.numel() * sizeof(float);
        }

        return weights;
    }

    public void Dispose() => Drop(_known.Keys);

    private void Drop(IEnumerable<(Node, ElementType)> keys)
    {
        foreach (var key in keys.ToArray())
        {
            _known.Remove(key, out var tensor);
            _bytes -= tensor!.numel() * sizeof(float);
            tensor.Dispose();
        }
    }

    private static TorchTensor Make(Node node, PrecisionConfig precision)
    {
        var exact = node.Input(1).Constant!;
        if (precision.QuantizesRhs && ModelQuantization.OfWeights(node) is not null)
        {
            return Operand(node, TorchView.Of(exact));
        }

        // Channels are the columns of MatMul weights and the rows of all others.
        bool columns = node.Op is MatMul;
        var rounded = Graphs.Tensor.Zeros(ElementType.F32, exact.Shape);
        WeightQuantizer.Dequantized(exact.Span<float>(), checked((int)exact.Shape[columns ? 1 : 0]), columns, precision, rounded.Writable<float>());
        return Operand(node, TorchView.Of(rounded));
    }

    /// <summary>Weights as a product takes them.</summary>
    private static TorchTensor Operand(Node node, TorchTensor weights) => node.Op is Recurrence op ? Recurrent.Matrix(op, weights) : weights;
}

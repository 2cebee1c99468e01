using System.Runtime.InteropServices;
using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Calibration.Torch;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Formats.Packing;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.Sensitivity;

/// <summary>
/// Weights as the kernels of each storage format see them: made once where all of a network fit into <see cref="MostBytes"/>, otherwise
/// those of one layer at a time, for the next run asks for them in the same order.
/// </summary>
internal sealed class QuantizedConstants(RangeTable ranges, Graph graph) : IDisposable
{
    private const long MostBytes = 512L << 20;

    /// <summary>Formats of a layer that are not as fp32 has them: int8, and for some asks bf16.</summary>
    private const int FormatsOfLayer = 2;

    private readonly Dictionary<(Node Node, StorageFormat Format), TorchTensor> _known = [];

    /// <summary>Bytes that were made since arrays that were needed for them were given back.</summary>
    private long _made;

    private readonly bool _keepsAll = FormatsOfLayer * sizeof(float)
        * graph.QuantizableNodes.Sum(n => n.InputOrNull(1)?.Constant?.Length ?? 0) <= MostBytes;

    /// <summary>Valid until another layer's are asked for.</summary>
    public TorchTensor Of(Node node, StorageFormat format)
    {
        if (!_known.TryGetValue((node, format), out var weights))
        {
            if (!_keepsAll)
            {
                Drop(_known.Keys.Where(k => k.Node != node));
                if ((_made += sizeof(float) * node.Input(1).Constant!.Length) > MostBytes)
                {
                    _made = 0;
                    FreedMemory.GiveBack(graph);
                }
            }

            _known[(node, format)] = weights = Decoded(node, format, ranges.Rounding(node, format)).DetachFromDisposeScope();
        }

        return weights;
    }

    /// <summary>E[Δw²] of every weight, as a product takes weights.</summary>
    public static TorchTensor Noise(Node node, StorageFormat format) =>
        Made(node, format, (weights, noise) => weights.MeanSquaredNoise(noise));

    public void Dispose() => Drop(_known.Keys);

    private void Drop(IEnumerable<(Node, StorageFormat)> keys)
    {
        foreach (var key in keys.ToArray())
        {
            _known.Remove(key, out var tensor);
            tensor!.Dispose();
        }
    }

    /// <summary>The weights of a layer as kernels see them, as a product takes them.</summary>
    public static TorchTensor Decoded(Node node, StorageFormat format, WeightRounding? rounding) => format.IsLossless
        ? Operand(node, TorchView.FromTensor(node.Input(1).Constant!))
        : Made(node, format, (weights, decoded) => weights.Decode(decoded), rounding);

    /// <summary>
    /// A tensor of the shape of the weights that the matrices of all groups fill. It is libtorch's memory, which comes back as soon as it
    /// is let go: arrays of this size wait for the collector, until they are as much again as all that is held.
    /// </summary>
    private static TorchTensor Made(Node node, StorageFormat format, Fill fill, WeightRounding? rounding = null)
    {
        var made = TorchSharp.torch.zeros(node.Input(1).Constant!.Shape);
        foreach (var matrix in WeightMatrix.FromNode(node))
        {
            fill(format.Encode(matrix.WithRounding(rounding)), MemoryMarshal.Cast<byte, float>(made.bytes));
        }

        return Operand(node, made);
    }

    private delegate void Fill(EncodedWeights weights, Span<float> elements);

    /// <summary>Weights as a product takes them.</summary>
    private static TorchTensor Operand(Node node, TorchTensor weights) =>
        node.Op is Recurrence op ? Recurrent.Matrix(op, weights) : weights;
}

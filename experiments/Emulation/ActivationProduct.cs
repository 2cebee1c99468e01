using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Graphs;
using MixPrec.Experiments.Attention;
using TorchSharp;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Experiments.Emulation;

/// <summary>
/// A product of two values of a run: a group for each matrix of the batch (sample and head of an attention), whose columns the run gives.
/// </summary>
internal sealed class ActivationProduct(Graph graph, Node node, int exponent) : EmulatedLayer(node)
{
    private readonly float _scale = MathF.ScaleB(1, exponent), _unit = MathF.ScaleB(1, -exponent);
    private readonly SoftmaxPath? _way = SoftmaxPath.Find(graph, node);

    public override Products[] Multiply(TorchTensor lhs, TorchTensor rhs)
    {
        using var scope = torch.NewDisposeScope();
        using var quiet = torch.no_grad();
        long[] batch = torch.broadcast_tensors(lhs.select(-1, 0).select(-1, 0), rhs.select(-1, 0).select(-1, 0))[0].shape;
        int rows = checked((int)lhs.shape[^2]), depth = checked((int)lhs.shape[^1]), columns = checked((int)rhs.shape[^1]);
        float[] bias = Node.InputOrNull(2)?.Constant is { } given ? [.. given.Span<float>().ToArray().Select(b => _scale * b)]
            : new float[columns];
        float[][] left = Matrices(lhs, batch, rows, depth), right = Matrices(rhs, batch, depth, columns);
        var masks = _way?.Mask is { } mask ? Matrices(mask.ToTorch(), batch, rows, columns) : null;
        return [.. left.Select((x, i) =>
            new Products(x, PackedColumns.Pack(depth, columns, (k, c) => _scale * right[i][(k * columns) + c]), bias, _unit)
        {
            Softmax = _way is null ? null : new AttentionSoftmax(columns, _way.Scale, masks?[i]),
            Terms = [.. x.Chunk(depth).Select(row => row.Count(k => k != 0))],
        })];
    }

    public override TorchTensor Joined(IReadOnlyList<float[]> values, TorchTensor product) =>
        torch.tensor(values.SelectMany(v => v).ToArray(), product.shape);

    private static float[][] Matrices(TorchTensor tensor, long[] batch, int rows, int columns) =>
        [.. tensor.expand([.. batch, rows, columns]).ToTensor().Span<float>().ToArray().Chunk(rows * columns)];
}

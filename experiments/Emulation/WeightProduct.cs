using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using TorchSharp;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Experiments.Emulation;

/// <summary>
/// A product by constant weights: a MatMul is one group as it stands, a two-dimensional Conv has its own groups and windows for rows.
/// </summary>
internal sealed class WeightProduct : EmulatedLayer
{
    private readonly (PackedColumns Weights, float[] Bias)[] _groups;
    private readonly float _unit;

    /// <param name="exponent">Sums are accumulated times 2^<paramref name="exponent"/>; see <see cref="Products"/>.</param>
    public WeightProduct(Node node, int exponent)
        : base(node)
    {
        _unit = MathF.ScaleB(1, -exponent);
        var weights = node.Input(1).Constant!;
        float[] elements = weights.Span<float>().ToArray();
        int channels = checked((int)(node.Op is Conv ? weights.Shape[0] : weights.Shape[1])),
            groups = node.Op is Conv conv ? conv.Groups : 1;
        int depth = elements.Length / channels, width = channels / groups;
        float[] bias = node.InputOrNull(2)?.Constant is { } given ? given.Span<float>().ToArray() : new float[channels];
        float scale = MathF.ScaleB(1, exponent);
        _groups = [.. Enumerable.Range(0, groups).Select(g => (
            PackedColumns.Pack(depth, width, (k, c) =>
                scale * (node.Op is Conv ? elements[(((g * width) + c) * depth) + k] : elements[(k * channels) + c])),
            bias.AsSpan(g * width, width).ToArray().Select(b => scale * b).ToArray()))];
    }

    private int Depth => _groups[0].Weights.Depth;

    public override Products[] Multiply(TorchTensor lhs, TorchTensor rhs)
    {
        using var scope = torch.NewDisposeScope();
        using var quiet = torch.no_grad();
        var rows = Node.Op is Conv conv ? Windows(conv, lhs) : lhs.reshape(1, -1, Depth);
        return [.. _groups.Select((g, i) => new Products(rows[i].ToTensor().Span<float>().ToArray(), g.Weights, g.Bias, _unit))];
    }

    public override TorchTensor Joined(IReadOnlyList<float[]> values, TorchTensor product)
    {
        if (Node.Op is not Conv)
        {
            return torch.tensor(values[0], product.shape);
        }

        long width = _groups[0].Weights.Channels;
        return torch.cat([.. values.Select(v => torch.tensor(v, [product.shape[0], v.Length / (product.shape[0] * width), width]))],
            2).transpose(1, 2).reshape(product.shape).contiguous();
    }

    /// <summary>[groups, N · positions, depth].</summary>
    private TorchTensor Windows(Conv conv, TorchTensor x)
    {
        var kernel = Node.Input(1).Constant!.Shape;
        var padded = torch.nn.functional.pad(x, [conv.PadsBegin[1], conv.PadsEnd[1], conv.PadsBegin[0], conv.PadsEnd[0]]);
        var unfolded = torch.nn.functional.unfold(padded, (kernel[2], kernel[3]), (conv.Dilations[0], conv.Dilations[1]), (0, 0),
            (conv.Strides[0], conv.Strides[1]));
        return unfolded.reshape(x.shape[0], conv.Groups, Depth, -1).permute(1, 0, 3, 2).reshape(conv.Groups, -1, Depth);
    }
}

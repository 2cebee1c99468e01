using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Rewrites;

/// <summary>
/// A Mul, Div, Add or Sub with a constant per output channel behind a Conv or MatMul with constant weights moves into the weights and
/// the bias: (w·x + b)·s = (w·s)·x + b·s and (w·x + b) + t = w·x + (b + t). BatchNormalization is a Mul and an Add, so it vanishes.
/// The weights are scaled in double precision and rounded once.
/// </summary>
internal static class FoldScaleAndShift
{
    /// <summary>Each pass folds one step behind each product; a BatchNormalization takes two.</summary>
    public static Graph Apply(Graph graph) => GraphRewriter.RunUntilStable(graph, TryFold);

    private static bool TryFold(GraphRewriter rewriter, Node node)
    {
        if (!node.HasConstantWeights() || node.Op is Conv { Activation: not null } or MatMul { Activation: not null }
            || rewriter.OnlyReader(node) is not { Op: Binary { Function: var function } } reader
                || !reader.Output.Type.Equals(node.Output.Type)
            || node.InputOrNull(2) is { Constant: null })
        {
            return false;
        }

        bool productIsLeft = ReferenceEquals(reader.Input(0), node.Output);
        if (!productIsLeft && function == BinaryKind.Div)
        {
            return false;
        }

        int channelAxis = node.Op is Conv ? 1 : node.Output.Rank - 1;
        if (PerChannel(reader.Input(productIsLeft ? 1 : 0), node.Output, channelAxis) is not { } operand
            || Terms(function, operand, productIsLeft) is not var (scale, shift))
        {
            return false;
        }

        var (weights, bias) = (Scaled(node, scale), Bias(node, scale, shift));
        if (!IsFinite(weights) || !IsFinite(bias))
        {
            return false;
        }

        rewriter.Fuse(node, reader, node.Op, node.Input(0), weights, bias);
        return true;
    }

    /// <summary>y = product·scale + shift for the function, per channel; null for other functions.</summary>
    private static (double[] Scale, double[] Shift)? Terms(BinaryKind function, double[] operand, bool productIsLeft)
    {
        double[] Every(double value) => [.. Enumerable.Repeat(value, operand.Length)];
        return function switch
        {
            BinaryKind.Mul => (operand, Every(0)),
            BinaryKind.Div when !operand.Contains(0) => ([.. operand.Select(o => 1 / o)], Every(0)),
            BinaryKind.Add => (Every(1), operand),
            BinaryKind.Sub => productIsLeft ? (Every(1), [.. operand.Select(o => -o)]) : (Every(-1), operand),
            _ => null,
        };
    }

    /// <summary>The operand's element for each channel when it is constant and varies along the channel axis only.</summary>
    private static double[]? PerChannel(Value operand, Value product, int channelAxis)
    {
        if (operand.Constant is not { Type: ElementType.F32 } constant || operand.Rank > product.Rank)
        {
            return null;
        }

        int axis = channelAxis - (product.Rank - operand.Rank);
        if (operand.Shape.Where((d, i) => i != axis && d != IntExpr.One).Any())
        {
            return null;
        }

        int channels = checked((int)product.Shape[channelAxis].Value);
        var elements = constant.Span<float>().ToArray();
        return elements.Length == channels ? [.. elements.Select(e => (double)e)] : elements.Length == 1
            ? [.. Enumerable.Repeat((double)elements[0], channels)] : null;
    }

    /// <summary>Conv weights have the output channel first, MatMul weights last.</summary>
    private static Value Scaled(Node node, double[] scale)
    {
        var weights = node.Input(1);
        if (scale.All(s => s == 1))
        {
            return weights;
        }

        var scaled = Tensor.Zeros(ElementType.F32, weights.Constant!.Shape);
        var from = weights.Constant.Span<float>();
        var to = scaled.Writable<float>();
        int run = node.Op is Conv ? from.Length / scale.Length : 1;
        for (int i = 0; i < from.Length; i++)
        {
            to[i] = (float)(from[i] * scale[i / run % scale.Length]);
        }

        return GraphBuilder.Constant(weights.Name, scaled);
    }

    private static Value Bias(Node node, double[] scale, double[] shift)
    {
        var old = node.InputOrNull(2);
        var bias = new float[scale.Length];
        for (int c = 0; c < bias.Length; c++)
        {
            bias[c] = (float)(((old is null ? 0 : old.Constant!.Span<float>()[c]) * scale[c]) + shift[c]);
        }

        return GraphBuilder.Constant(old?.Name ?? $"{node.Name}/bias", bias, bias.Length);
    }

    private static bool IsFinite(Value value)
    {
        foreach (float element in value.Constant!.Span<float>())
        {
            if (!float.IsFinite(element))
            {
                return false;
            }
        }

        return true;
    }
}

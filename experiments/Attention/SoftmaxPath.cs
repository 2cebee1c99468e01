using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Rewrites;
using MixPrec.Plan;

namespace MixPrec.Experiments.Attention;

/// <summary>
/// What stands between the scores v of an attention and its softmax along their rows: softmax(scale·v + mask). Rewrites may have moved the
/// scale before the scores.
/// </summary>
internal sealed record SoftmaxPath(float Scale, Tensor? Mask)
{
    /// <summary>The way from a product; null where another operation stands on it, a mask that the run gives among them.</summary>
    public static SoftmaxPath? Find(Graph graph, Node product)
    {
        var way = new SoftmaxPath(1, null);
        for (var value = product.Output; way is not null && graph.HasOneUse(value);)
        {
            var next = graph.ConsumersOf(value)[0];
            if (next.Op is Softmax softmax)
            {
                return !softmax.Logarithm && softmax.Axis == value.Rank - 1 ? way : null;
            }

            way = next.Op is Binary binary && next.Output.Type.Equals(value.Type) ? way.Through(binary.Function, next, value) : null;
            value = next.Output;
        }

        return null;
    }

    private SoftmaxPath? Through(BinaryKind function, Node node, Value value)
    {
        bool first = ReferenceEquals(node.Input(0), value);
        var other = node.Input(first ? 1 : 0);
        return Mask is not null ? null : function switch
        {
            BinaryKind.Mul when other.Scalar() is { } factor => this with { Scale = Scale * factor },
            BinaryKind.Div when first && other.Scalar() is { } divisor => this with { Scale = Scale / divisor },
            BinaryKind.Add when other.Constant is { } mask => this with { Mask = mask },
            _ => null,
        };
    }
}

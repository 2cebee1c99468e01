using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Rewrites;

/// <summary>
/// The scale of attention scores goes where it costs nothing: a multiplication by one number behind products of activations, reshapes and
/// transposes of a layer's output (all linear in it) moves up to the layer, whose weights <see cref="FoldScaleAndShift"/> then scales, and the
/// bias that it has put into the layer before.
/// </summary>
internal static class MoveScales
{
    public static Graph Apply(Graph graph)
    {
        var moved = new HashSet<Node>();
        return GraphRewriter.Run(graph, (rewriter, node) =>
        {
            if (moved.Contains(node))
            {
                rewriter.Replace(node.Output, rewriter.Map(node.Inputs.First(i => i!.Constant is null)!));
                return true;
            }

            if (!node.HasConstantWeights() || node.Op is Conv { Activation: not null } or MatMul { Activation: not null }
                || Behind(node, rewriter) is not { } scale || !moved.Add(scale))
            {
                return false;
            }

            rewriter.CopyThen(node, scale.Name, scale.Op,
                GraphBuilder.Constant(scale.Name, [scale.Inputs.First(i => i!.Constant is not null)!.Scalar()!.Value]));
            return true;
        });
    }

    /// <summary>
    /// The multiplication or division by one number that is reached from the layer through linear operations alone, at least one of them.
    /// </summary>
    private static Node? Behind(Node layer, GraphRewriter rewriter)
    {
        for (var (at, next) = (layer, rewriter.OnlyReader(layer)); next is not null; (at, next) = (next, rewriter.OnlyReader(next)))
        {
            if (next.Op is Binary { Function: BinaryKind.Mul or BinaryKind.Div } scale)
            {
                int number = ReferenceEquals(next.Input(0), at.Output) ? 1 : 0;
                return at != layer && next.Input(number).Scalar() is { } factor && factor != 0 && float.IsFinite(factor)
                    && next.Output.Type.Equals(at.Output.Type) && !rewriter.Graph.IsOutput(next.Output)
                    && (number == 1 || scale.Function == BinaryKind.Mul) ? next : null;
            }

            if (next.Op is not (Reshape or Transpose or MatMul { Activation: null }) || next.HasConstantWeights()
                || next.InputOrNull(2) is not null)
            {
                return null;
            }
        }

        return null;
    }
}

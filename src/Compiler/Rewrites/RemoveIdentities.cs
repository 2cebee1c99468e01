using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Rewrites;

/// <summary>
/// Drops nodes that only copy: Reshape and Expand to the shape the value has, Transpose that moves nothing, Slice of everything, Pad by
/// nothing, Concat of one, Cast to the same type; and of two reshapes in a row the first. A copy that is an output of the graph stays:
/// it gives the output a memory of its own.
/// </summary>
internal static class RemoveIdentities
{
    public static Graph Apply(Graph graph) => GraphRewriter.RunUntilStable(graph, (rewriter, node) =>
    {
        if (IsIdentity(node) && !graph.IsOutput(node.Output))
        {
            rewriter.Replace(node.Output, rewriter.Map(node.Input(0)));
            return true;
        }

        if (node.Op is Reshape reshape && rewriter.OnlyReader(node) is { Op: Reshape last } reader)
        {
            rewriter.Fuse(node, reader, last, node.Input(0));
            return true;
        }

        return false;
    });

    private static bool IsIdentity(Node node) => node.Op switch
    {
        Reshape or Expand or Slice or Pad when !node.Input(0).Type.Equals(node.Output.Type) => false,
        Reshape or Expand => true,
        Slice slice => slice.Steps.All(s => s == 1),
        Pad pad => pad.Before.All(p => p == 0) && pad.After.All(p => p == 0),
        Transpose transpose => transpose.Permutation.SequenceEqual(Enumerable.Range(0, transpose.Permutation.Count)),
        Concat => node.Inputs.Count == 1,
        Cast cast => cast.To == node.Input(0).Type.Element,
        _ => false,
    };
}

using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Rewrites;

/// <summary>A transpose of a transpose is one transpose: y[i] = x[first[second[i]]]. The first stays where others read it.</summary>
internal static class MergeTransposes
{
    public static Graph Apply(Graph graph) => GraphRewriter.RunUntilStable(graph, (rewriter, node) =>
    {
        if (node.Op is not Transpose second || node.Input(0).Producer is not { Op: Transpose first } inner)
        {
            return false;
        }

        rewriter.Fuse(node, null, new Transpose([.. second.Permutation.Select(p => first.Permutation[p])]), inner.Input(0));
        return true;
    });
}

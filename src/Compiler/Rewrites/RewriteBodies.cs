using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Rewrites;

/// <summary>The rewrites in the bodies of loops, which are graphs of their own.</summary>
internal static class RewriteBodies
{
    public static Graph Apply(Graph graph) => GraphRewriter.Run(graph, (rewriter, node) =>
    {
        if (node.Op is Loop loop)
        {
            rewriter.ReplaceOp(node, loop with { Body = GraphRewrites.Apply(loop.Body) });
            return true;
        }

        return false;
    });
}

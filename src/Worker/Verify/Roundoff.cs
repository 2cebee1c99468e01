using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Selection;

namespace MixPrec.Worker.Verify;

/// <summary>How far two correct fp32 executions of a network may lie apart, as a share of the largest output element.</summary>
internal static class Roundoff
{
    private const double Unit = 1.0 / (1 << 24);

    /// <summary>Terms counted for a sum whose length is a symbolic dimension.</summary>
    private const long SymbolicDepth = 64;

    /// <summary>
    /// 2·u·√(Σ k) over the depths k of all products: rounding errors of sums are random in sign and add like √k (Higham and Mary, A new
    /// approach to probabilistic rounding error analysis, 2019), expected values carry their own. 0 for a graph of one product or none: a
    /// single operator is held to the suite's tolerance alone.
    /// </summary>
    public static double Estimate(Graph graph)
    {
        double[] depths = [.. graph.Nodes.Where(n => n.Op is MatMul or Conv).Select(Depth)];
        return IsNetwork(graph) ? 2 * Unit * Math.Sqrt(depths.Sum()) : 0;
    }

    /// <summary>
    /// Whether results of products are operands of others: only then do rounding errors of one meet the steps of another.
    /// </summary>
    public static bool IsNetwork(Graph graph) => graph.Nodes.Count(n => n.Op is MatMul or Conv or Recurrence) > 1;

    private static double Depth(Node node) => OpCost.Depth(node) is { IsConstant: true } depth ? depth.Value : SymbolicDepth;
}

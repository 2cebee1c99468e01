using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs;

/// <summary>
/// What shape rules took for granted: pairs of different expressions that have to be equal. A run compares them before it reads memory: dimensions come from
/// a caller, and a reshape to more elements than there are would read past its buffer.
/// </summary>
internal static class EqualSizes
{
    /// <summary>Each pair once.</summary>
    public static IEnumerable<(IntExpr Left, IntExpr Right)> Of(Graph graph) => graph.Nodes.SelectMany(n => n.Op is Loop loop ? Of(loop.Body) : Of(n)).Distinct();

    /// <summary>Those of one node; of a loop none, for the nodes of its body have their own.</summary>
    public static IEnumerable<(IntExpr Left, IntExpr Right)> Of(Node node) => (node.Op switch
    {
        Binary or Compare or Where or Expand => Broadcast(node, node.Inputs, matrix: 0),
        MatMul => Broadcast(node, node.Inputs.Take(2), matrix: 2),
        Reshape => [(node.Input(0).Type.Length, node.Output.Type.Length)],
        _ => [],
    }).Where(pair => pair.Left != pair.Right).Distinct();

    /// <param name="matrix">Trailing dimensions that do not broadcast.</param>
    private static IEnumerable<(IntExpr Left, IntExpr Right)> Broadcast(Node node, IEnumerable<Value?> operands, int matrix) =>
        from operand in operands.OfType<Value>()
        from pair in node.Output.Shape.SkipLast(matrix).Reverse().Zip(operand.Shape.SkipLast(matrix).Reverse())
        where pair.Second != IntExpr.One
        select pair;
}

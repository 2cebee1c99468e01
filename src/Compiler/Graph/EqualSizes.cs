using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs;

/// <summary>
/// Sizes that have to be equal and are different expressions. Where they can never be equal the model is refused; where they can, that they
/// are is a condition: a run compares them before it reads memory, for dimensions come from a caller.
/// </summary>
internal static class EqualSizes
{
    /// <summary>Each pair once.</summary>
    public static IEnumerable<(IntExpr Left, IntExpr Right)> Find(Graph graph) => OfNodes(graph).Select(p => (p.Left, p.Right)).Distinct();

    /// <summary>The nodes that state conditions, each with its own; those of a loop are the ones of its body.</summary>
    public static IEnumerable<(Node Node, IntExpr Left, IntExpr Right)> OfNodes(Graph graph) => OfNodes(graph.Nodes);

    /// <inheritdoc cref="OfNodes(Graph)"/>
    public static IEnumerable<(Node Node, IntExpr Left, IntExpr Right)> OfNodes(IEnumerable<Node> nodes) =>
        nodes.SelectMany(n => n.Op is Loop loop ? OfNodes(loop.Body) : Find(n).Select(p => (n, p.Left, p.Right)));

    /// <summary>Those of one node; of a loop none, for the nodes of its body have their own.</summary>
    public static IEnumerable<(IntExpr Left, IntExpr Right)> Find(Node node) =>
        Find(node.Op, [.. node.Inputs.Select(i => i?.Type)], [.. node.Outputs.Select(o => o.Type)]);

    /// <exception cref="ShapeException">Two sizes are never equal.</exception>
    public static void Require(Op op, IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs)
    {
        foreach (var (left, right) in Find(op, inputs, outputs))
        {
            if (SizeEquations.AreNeverEqual(left, right))
            {
                throw new ShapeException(
                    $"{string.Join(" and ", inputs.OfType<TensorType>())} do not fit: {left} and {right} have to be equal and never are");
            }
        }
    }

    private static IEnumerable<(IntExpr Left, IntExpr Right)> Find(Op op, IReadOnlyList<TensorType?> inputs,
        IReadOnlyList<TensorType> outputs) =>
        op.EqualSizes(inputs, outputs).Where(p => p.Left != p.Right).Select(p => IntExpr.WithoutCommonFactors(p.Left, p.Right))
            .Where(p => p.Left != p.Right).Distinct();
}

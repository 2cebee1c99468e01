using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Rewrites;

/// <summary>
/// exp(z) / Σ exp(z) with z = x − max x, along one axis, becomes a softmax, and z − log Σ exp(z) its logarithm. Without the maximum the
/// formula overflows where softmax does not, so it stays.
/// </summary>
internal static class FuseSoftmax
{
    public static Graph Apply(Graph graph) => GraphRewriter.Run(graph, (rewriter, node) =>
    {
        if (node.Output.Type.Element != ElementType.F32 || (Plain(node.Output) ?? Logarithm(node.Output)) is not var (x, op))
        {
            return false;
        }

        rewriter.Fuse(node, null, op, x);
        return true;
    });

    private static (Value X, Softmax Op)? Plain(Value value) =>
        value.Operands(BinaryKind.Div) is var (exponential, sum) && sum.Reduced(ReduceKind.Sum) is var (of, axes)
            && ReferenceEquals(of, exponential)
        && exponential.Argument(UnaryKind.Exp) is { } z && Shifted(z, axes) is { } x ? (x, new Softmax(axes[0], false)) : null;

    private static (Value X, Softmax Op)? Logarithm(Value value) =>
        value.Operands(BinaryKind.Sub) is var (z, logarithm) && logarithm.Argument(UnaryKind.Log)?.Reduced(ReduceKind.Sum) is var (of, axes)
        && ReferenceEquals(of.Argument(UnaryKind.Exp), z) && Shifted(z, axes) is { } x ? (x, new Softmax(axes[0], true)) : null;

    /// <summary>x when z = x − max x along the one axis.</summary>
    private static Value? Shifted(Value z, IReadOnlyList<int> axes) =>
        axes.Count == 1 && z.Operands(BinaryKind.Sub) is var (x, largest) && largest.Reduced(ReduceKind.Max) is var (of, along)
        && ReferenceEquals(of, x) && along.SequenceEqual(axes) ? x : null;
}

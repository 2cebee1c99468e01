using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Rewrites;

/// <summary>
/// d / √(mean d² + epsilon) becomes one normalization of rows: of x where d = x − mean x (layer normalization), else of d itself (RMS).
/// The division may be a product with a reciprocal, the root a power.
/// </summary>
internal static class FuseNormalization
{
    public static Graph Apply(Graph graph) => GraphRewriter.Run(graph, (rewriter, node) =>
    {
        var found = Quotients(node.Output).Select(q => Match(q.Dividend, q.Divisor)).FirstOrDefault(m => m is not null);
        if (found is not var (x, op) || !x.Type.Equals(node.Output.Type) || x.Type.Element != ElementType.F32)
        {
            return false;
        }

        rewriter.Fuse(node, null, op, x, null, null);
        return true;
    });

    /// <summary>v when the value is √v.</summary>
    public static Value? SquareRoot(Value value) =>
        value.Argument(UnaryKind.Sqrt) ?? (value.Operands(BinaryKind.Pow) is var (root, power) && power.Scalar() == 0.5f ? root : null);

    /// <summary>v when the value is 1/√v.</summary>
    public static Value? InverseSquareRoot(Value value) =>
        value.Operands(BinaryKind.Pow) is var (root, power) && power.Scalar() == -0.5f ? root
        : value.Argument(UnaryKind.Reciprocal) is { } inverted ? SquareRoot(inverted)
        : value.Operands(BinaryKind.Div) is var (one, divisor) && one.Scalar() == 1 ? SquareRoot(divisor)
        : null;

    /// <summary>d, the first dimension of a row, and epsilon when the value is mean d² + epsilon.</summary>
    public static (Value Of, int Axis, float Epsilon)? MeanSquare(Value value)
    {
        foreach (var (mean, added) in value.EitherWay(BinaryKind.Add))
        {
            if (added.Scalar() is { } epsilon && mean.RowMean() is var (square, axis) && square.Squared() is { } d)
            {
                return (d, axis, epsilon);
            }
        }

        return null;
    }

    /// <summary>x when the value is x minus the mean of its rows.</summary>
    public static Value? Centered(Value value, int axis) =>
        value.Operands(BinaryKind.Sub) is var (x, mean) && mean.RowMean() is var (of, first) && ReferenceEquals(of, x)
            && first == axis ? x : null;

    /// <summary>The ways to read a value as a dividend over √divisor.</summary>
    private static IEnumerable<(Value Dividend, Value Divisor)> Quotients(Value value)
    {
        if (value.Operands(BinaryKind.Div) is var (dividend, divisor) && SquareRoot(divisor) is { } root)
        {
            yield return (dividend, root);
        }

        foreach (var (one, other) in value.EitherWay(BinaryKind.Mul))
        {
            if (InverseSquareRoot(other) is { } inverse)
            {
                yield return (one, inverse);
            }
        }
    }

    private static (Value X, Normalize Op)? Match(Value dividend, Value divisor)
    {
        if (MeanSquare(divisor) is not var (d, axis, epsilon))
        {
            return null;
        }

        // Some exporters subtract the mean once for the dividend and once for the variance.
        return Centered(d, axis) is { } x && (ReferenceEquals(d, dividend) || ReferenceEquals(Centered(dividend, axis), x))
            ? (x, new Normalize(axis, epsilon, true))
            : ReferenceEquals(d, dividend) ? (d, new Normalize(axis, epsilon, false))
            : null;
    }
}

using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Rewrites;

/// <summary>
/// Layer normalization as exporters write it that compute moments first: x·k + (b − m·k) with k = g/√(v + epsilon), m the mean of the rows
/// of x and v the mean of (x − m)², becomes one normalization with scale g and bias b.
/// </summary>
internal static class FuseMomentsNormalization
{
    public static Graph Apply(Graph graph) => GraphRewriter.Run(graph, (rewriter, node) =>
    {
        if (Match(node.Output) is not var (x, op, scale, bias) || !x.Type.Equals(node.Output.Type) || x.Type.Element != ElementType.F32)
        {
            return false;
        }

        rewriter.Fuse(node, null, op, x, scale, bias);
        return true;
    });

    private static (Value X, Normalize Op, Value Scale, Value Bias)? Match(Value value)
    {
        foreach (var (scaled, shift) in value.EitherWay(BinaryKind.Add))
        {
            if (shift.Operands(BinaryKind.Sub) is not var (b, moved))
            {
                continue;
            }

            foreach (var (mean, factor) in moved.EitherWay(BinaryKind.Mul))
            {
                if (mean.RowMean() is var (x, axis) && scaled.EitherWay(BinaryKind.Mul)
                    .Any(p => ReferenceEquals(p.One, x) && ReferenceEquals(p.Other, factor))
                    && Factor(factor, x, axis) is var (g, epsilon) && RowConstant.Find(g, x, axis) is { } scale
                        && RowConstant.Find(b, x, axis) is { } bias)
                {
                    return (x, new Normalize(axis, epsilon, true), scale, bias);
                }
            }
        }

        return null;
    }

    /// <summary>g and epsilon of k = g / √(v + epsilon).</summary>
    private static (Value Scale, float Epsilon)? Factor(Value value, Value x, int axis)
    {
        foreach (var (inverse, g) in value.EitherWay(BinaryKind.Mul))
        {
            if (FuseNormalization.InverseSquareRoot(inverse) is { } variance
                && FuseNormalization.MeanSquare(variance) is var (d, first, epsilon)
                && first == axis && ReferenceEquals(FuseNormalization.Centered(d, axis), x))
            {
                return (g, epsilon);
            }
        }

        return null;
    }
}

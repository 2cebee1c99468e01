using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Rewrites;

/// <summary>
/// A value times a function of itself, written out, becomes one elementwise function: GELU with erf (x/2·(1 + erf(x/√2))) or with tanh
/// (x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³)))), and x·sigmoid(alpha·x), with their factors in any order.
/// </summary>
internal static class FuseGates
{
    private const int LargestDepth = 6;

    private static readonly Polynomial HalfGated = Polynomial.FromTerms((1, 0, 0.5), (1, 1, 0.5)), Gated = Polynomial.FromTerms((1, 1, 1));
    private static readonly Polynomial TanhArgument = Polynomial.FromTerms((1, 0, Math.Sqrt(2 / Math.PI)),
        (3, 0, 0.044715 * Math.Sqrt(2 / Math.PI)));
    private static readonly Polynomial ErfArgument = Polynomial.FromTerms((1, 0, Math.Sqrt(0.5)));

    public static Graph Apply(Graph graph) => GraphRewriter.Run(graph, (rewriter, node) =>
    {
        if (node.Op is not Binary || node.Output.Type.Element != ElementType.F32 || Find(graph, node.Output) is not var (function, x))
        {
            return false;
        }

        rewriter.Fuse(node, null, new Unary(function), x);
        return true;
    });

    /// <summary>The function and its argument, when the value is one. The gate has no other reader: it would be computed twice.</summary>
    private static (UnaryFunction Function, Value X)? Find(Graph graph, Value value)
    {
        foreach (var gate in Terms(value, LargestDepth).Where(v => v.Producer is { Op: Unary } && graph.HasOneUse(v)))
        {
            var argument = gate.Producer!.Input(0);
            foreach (var x in Terms(argument, LargestDepth).Where(x => x.Constant is null && x.Type.Equals(value.Type)))
            {
                if (Polynomial.FromValue(argument, x) is { } inner && Polynomial.FromValue(value, x, gate) is { } outer
                    && Function(gate.Producer.Op, inner, outer) is { } function)
                {
                    return (function, x);
                }
            }
        }

        return null;
    }

    private static UnaryFunction? Function(Op gate, Polynomial inner, Polynomial outer) => ((Unary)gate).Function.Kind switch
    {
        UnaryKind.Erf when inner.IsCloseTo(ErfArgument) && outer.IsCloseTo(HalfGated) => new(UnaryKind.Gelu),
        UnaryKind.Tanh when inner.IsCloseTo(TanhArgument) && outer.IsCloseTo(HalfGated) => new(UnaryKind.GeluTanh),
        UnaryKind.Sigmoid when inner.Slope is { } alpha && outer.IsCloseTo(Gated) => new(UnaryKind.Swish, (float)alpha),
        _ => null,
    };

    /// <summary>The value and, through arithmetic, what it is computed from.</summary>
    private static IEnumerable<Value> Terms(Value value, int depth) =>
        value.Producer is { Op: Binary } node
            && depth > 0 ? [value, .. node.Inputs.OfType<Value>().SelectMany(i => Terms(i, depth - 1)).Distinct()] : [value];
}

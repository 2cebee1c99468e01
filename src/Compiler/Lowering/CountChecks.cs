using MixPrec.Compiler.Graphs;
using MixPrec.Diagnostics;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering;

/// <summary>
/// What keeps sizes that a run finds out inside their memory: buffers for the most there can be, and steps that compare sizes taken to be
/// equal.
/// </summary>
internal static class CountChecks
{
    /// <summary>Steps before a node that takes counted sizes to be equal; other sizes are compared before the run.</summary>
    public static void Lower(Node node, LoweringContext context)
    {
        foreach (var (left, right) in EqualSizes.Find(node).Where(r => r.Left.HasCount || r.Right.HasCount))
        {
            context.Call(node, "Sizes.RequireEqual", "checks that two sizes are equal", Int(left), Int(right));
        }
    }

    /// <summary>Bytes of buffers for every value of the counts.</summary>
    /// <exception cref="MixPrecException">MXP3008: a size has no bound that is known before the run.</exception>
    public static IReadOnlyList<IntExpr> Bounded(Graph graph, IReadOnlyList<IntExpr> bytes)
    {
        var bounds = graph.Symbols.Where(s => s.Bound is not null).ToDictionary(s => s.Identifier, s => s.Bound!);
        return [.. bytes.Select(b =>
            b.AtMost(bounds) ?? throw new MixPrecException(DiagnosticCatalog.ShapeUnsupported, null, graph.Outputs[0].Name, "a buffer",
            $"nothing known before a run bounds {b} bytes"))];
    }
}

using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Lowering;

/// <summary>
/// Sizes of values that open dimensions may make negative: an image smaller than a window. The product of two of them is positive, so that
/// no length and no buffer shows it.
/// </summary>
internal static class SmallestSizes
{
    /// <summary>What has to be at least 0 for the others to be so too.</summary>
    public static IReadOnlyList<PlanRequirement> Find(Graph graph, CallerSizes sizes)
    {
        var least = new List<IntExpr>();
        foreach (var size in graph.Nodes.SelectMany(n => n.Outputs).Concat(graph.Outputs).SelectMany(v => v.Shape).Distinct()
            .Where(s => !s.IsConstant && !s.HasCount).Select(sizes.Of).Where(s => !IsSafe(s)))
        {
            if (!least.Any(other => IsSafe(size - other)))
            {
                least.RemoveAll(other => IsSafe(other - size));
                least.Add(size);
            }
        }

        return [.. least.Select(PlanRequirement.AtLeastZero)];
    }

    /// <summary>Whether it is at least 0 for all dimensions, of which 0 is one.</summary>
    private static bool IsSafe(IntExpr size) =>
        size.Substitute(size.Symbols.ToDictionary(s => s, s => IntExpr.Symbol(s) - 1)).IsNonNegative;
}

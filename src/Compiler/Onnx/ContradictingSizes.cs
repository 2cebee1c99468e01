using MixPrec.Compiler.Graphs;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>
/// Sizes that the user binds although the model has no run with them: every condition that they break, instead of the node at which the
/// first one shows.
/// </summary>
internal static class ContradictingSizes
{
    /// <param name="open">The model without the bindings.</param>
    /// <returns>MXP1002; null where the bindings break no condition of the model.</returns>
    public static MixPrecException? Find(Graph open, DimensionBindings bindings, string modelPath)
    {
        var sizes = new CallerSizes(open.Symbols);
        var bound = sizes.Symbols.Where(s => s.Bound is null && bindings[s.Name] is not null)
            .ToDictionary(s => s.Identifier, s => IntExpr.Constant(bindings[s.Name]!.Value));
        string[] broken =
        [
            .. sizes.Conditions(open).Select(c => (Condition: c, Left: c.Left.Substitute(bound), Right: c.Right.Substitute(bound)))
                .Where(c => c.Left != c.Right && SizeEquations.AreNeverEqual(c.Left, c.Right))
                .Select(c => new PlanRequirement(c.Condition.Left, c.Condition.Right) is { Multiple: not null } multiple
                    ? $"{multiple}, here {c.Left}" : $"{c.Condition.Left} = {c.Condition.Right}, here {c.Left} and {c.Right}"),
        ];
        return broken.Length == 0 ? null
            : new MixPrecException(DiagnosticCatalog.InvalidMetadata, modelPath, "Dimensions", bindings,
                $"sizes that the model can run with: {string.Join("; ", broken)}");
    }
}

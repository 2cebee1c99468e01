using MixPrec.Compiler.Graphs;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Lowering;

/// <summary>Element types that kernels take.</summary>
internal static class ElementRule
{
    /// <exception cref="MixPrecException">MXP3007: the result is not fp32.</exception>
    public static void RequireFloat(Node node) => Require(node, ElementType.F32);

    /// <exception cref="MixPrecException">MXP3007: the result is of another type.</exception>
    public static void Require(Node node, params ReadOnlySpan<ElementType> allowed)
    {
        if (!allowed.Contains(node.Output.Type.Element))
        {
            throw new MixPrecException(DiagnosticCatalog.ElementTypeUnsupported, null, node.Output.Name, node.Output.Type.Element, $" by {node.Op.Kind} ('{node.Name}')");
        }
    }
}

using MixPrec.Compiler.Graphs;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Lowering;

/// <summary>Element types that kernels take.</summary>
internal static class ElementRule
{
    /// <exception cref="MixPrecException">MXP3007: the result is not fp32.</exception>
    public static void RequireFloat(Node node) => Require(node, ElementType.F32);

    /// <exception cref="MixPrecException">MXP3007: C# does not compute with the result's type.</exception>
    public static void RequireNumber(Node node) =>
        Require(node, ElementType.F32, ElementType.F64, ElementType.F16, ElementType.I8, ElementType.U8, ElementType.I16, ElementType.U16,
        ElementType.I32, ElementType.U32, ElementType.I64, ElementType.U64);

    /// <summary>The elements of an input as numbers that C# compares; truth values are the bytes 0 and 1.</summary>
    /// <exception cref="MixPrecException">MXP3007: C# does not compute with the type.</exception>
    public static PlanArgument.Location AsNumber(Node node, PlanArgument.Location x) => x.Type switch
    {
        ElementType.Bool => x with { Type = ElementType.U8 },
        ElementType.BF16 => throw new MixPrecException(DiagnosticCatalog.ElementTypeUnsupported, null, node.Input(0).Name, x.Type,
            $" by {node.Op.Kind} ('{node.Name}')"),
        _ => x,
    };

    /// <exception cref="MixPrecException">MXP3007: the result is of another type.</exception>
    public static void Require(Node node, params ReadOnlySpan<ElementType> allowed)
    {
        if (!allowed.Contains(node.Output.Type.Element))
        {
            throw new MixPrecException(DiagnosticCatalog.ElementTypeUnsupported, null, node.Output.Name, node.Output.Type.Element,
                $" by {node.Op.Kind} ('{node.Name}')");
        }
    }
}

using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering;

/// <summary>
/// Steps in front of layers in int8 that throw where they would read NaN or infinity. Only a class that asks for them has any.
/// </summary>
internal static class FiniteChecks
{
    public static void Lower(Node node, LoweringContext context)
    {
        if (!context.ChecksFinite || (node.Op is not QuantizeDequantize && !context.Precisions[node].QuantizesActivations))
        {
            return;
        }

        foreach (var input in node.Inputs.OfType<Value>().Where(v => v.Constant is null && v.Type.Element == ElementType.F32).Distinct())
        {
            context.Call(node, "Finite.Require", "checks that no element is NaN or infinite",
                context.ReadInAnyOrder(node, input), Int(input.Type.Length));
        }
    }
}

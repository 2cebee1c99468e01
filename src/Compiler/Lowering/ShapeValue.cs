using MixPrec.Compiler.Graphs;
using Location = MixPrec.Plan.PlanArgument.Location;

namespace MixPrec.Compiler.Lowering;

/// <summary>Writes integers that depend on the run-time dimensions only, for operations that read them as data.</summary>
internal static class ShapeValue
{
    public static Location Write(LoweringContext context, Node reader, Value value)
    {
        var to = context.Temporary(value.Type.Element, value.Type.Length);
        context.Call(reader, "Fill.Integers", "writes dimensions as data", to, LoweringContext.Ints(value.Integers!));
        return to;
    }
}

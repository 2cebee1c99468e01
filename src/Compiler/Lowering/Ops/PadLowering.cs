using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Adds or removes positions at the ends of dimensions, in whatever order the input lies.</summary>
internal sealed class PadLowering : OpLowering<Pad>
{
    protected override void Lower(Node node, Pad op, LoweringContext context)
    {
        ElementRule.Require(node, ElementType.F32, ElementType.I32, ElementType.I64);
        var (x, y) = (node.Input(0), node.Output);
        var layout = context.LayoutOf(x) is Layout.Flat ? Layout.RowMajor : context.LayoutOf(x);
        var order = layout.Order(x.Rank);
        PlanArgument value = x.Type.Element == ElementType.F32 ? new PlanArgument.Single((float)op.Value) : Int((long)op.Value);
        context.Call(node, "Pad.Run", $"{op.Mode.ToString().ToLowerInvariant()} padding",
            context.Read(node, x, layout), context.Create(y, layout), Ints(order.Select(d => x.Shape[d])),
            Ints(order.Select(d => IntExpr.Constant(op.Before[d]))), Ints(order.Select(d => IntExpr.Constant(op.After[d]))), new PlanArgument.EnumMember("PadMode", op.Mode.ToString()), value);
    }
}

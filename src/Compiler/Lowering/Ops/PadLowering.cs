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
        var (x, y) = (node.Input(0), node.Output);
        var layout = context.LayoutOf(x) is Layout.Flat ? Layout.RowMajor : context.LayoutOf(x);
        var order = layout.Order(x.Rank);
        var from = context.Read(node, x, layout);
        var value = node.InputOrNull(1) is { } given ? context.Read(node, given, Layout.RowMajor)
            : context.Weights.Add<byte>(x.Type.Element, new byte[x.Type.Element.Size()]);
        context.Call(node, "Pad.Run", $"{op.Mode.ToString().ToLowerInvariant()} padding",
            from, context.Create(y, layout), Ints(order.Select(d => x.Shape[d])),
            Ints(order.Select(d => IntExpr.Constant(op.Before[d]))), Ints(order.Select(d => IntExpr.Constant(op.After[d]))),
                new PlanArgument.EnumMember("PadMode", op.Mode.ToString()), value);
    }
}

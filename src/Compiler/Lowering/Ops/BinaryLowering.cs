using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Elementwise functions of two arguments with broadcasting; channels last when a full-sized operand lies so.</summary>
internal sealed class BinaryLowering : OpLowering<Binary>
{
    protected override void Lower(Node node, Binary op, LoweringContext context)
    {
        ElementRule.RequireNumber(node);
        var (a, b, y) = (node.Input(0), node.Input(1), node.Output);
        var layout = y.Rank >= 3 && new[] { a, b }.Any(v => v.Shape.SequenceEqual(y.Shape) && context.LayoutOf(v) == Layout.ChannelsLast)
            ? Layout.ChannelsLast : Layout.RowMajor;
        var (aLayout, bLayout) = (LayoutOf(a, y, layout), LayoutOf(b, y, layout));
        var order = layout.Order(y.Rank);
        context.Call(node, "Zip.Run", op.Kind, Functions.Binary(op.Function),
            context.Read(node, a, aLayout), context.Read(node, b, bLayout), context.Create(y, layout),
            Ints(order.Select(d => y.Shape[d])), Ints(Strides(a, y, aLayout, order)), Ints(Strides(b, y, bLayout, order)));
    }

    private static Layout LayoutOf(Value operand, Value result, Layout layout) =>
        operand.Rank == result.Rank ? layout.For(operand) : Layout.RowMajor;

    /// <summary>Strides of an operand over the result's dimensions in memory order, 0 where it repeats.</summary>
    private static IEnumerable<IntExpr> Strides(Value operand, Value result, Layout layout, IReadOnlyList<int> order)
    {
        int missing = result.Rank - operand.Rank;
        var strides = layout.Strides(operand.Shape);
        return order.Select(d => d < missing || operand.Shape[d - missing] == IntExpr.One ? IntExpr.Zero : strides[d - missing]);
    }
}

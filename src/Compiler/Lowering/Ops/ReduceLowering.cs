using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Means, sums and maxima over dimensions; over all pixels of a channels-last value without reordering it.</summary>
internal sealed class ReduceLowering : OpLowering<Reduce>
{
    protected override void Lower(Node node, Reduce op, LoweringContext context)
    {
        ElementRule.Require(node, ElementType.F32, ElementType.F64, ElementType.I32, ElementType.U32, ElementType.I64, ElementType.U64);
        var (x, y) = (node.Input(0), node.Output);
        bool overPixels = context.LayoutOf(x) == Layout.ChannelsLast && op.Axes.SequenceEqual(Enumerable.Range(2, x.Rank - 2));
        var layout = overPixels ? Layout.ChannelsLast : Layout.RowMajor;
        IEnumerable<IntExpr> shape = overPixels ? [x.Shape[0], IntExpr.Product(x.Shape.Skip(2)), x.Shape[1]] : x.Shape;
        IEnumerable<int> axes = overPixels ? [1] : op.Axes;
        context.Call(node, node.Output.Type.Element == ElementType.F32 ? "Reduce.Run" : "ReduceNumbers.Run",
            $"{op.Function.ToString().ToLowerInvariant()} over dimension{(op.Axes.Count == 1 ? "" : "s")} {string.Join(", ", op.Axes)}",
            New(op.Function.ToString()), context.Read(node, x, layout), context.Create(y, Layout.RowMajor), Ints(shape),
                Ints(axes.Select(a => IntExpr.Constant(a))));
    }
}

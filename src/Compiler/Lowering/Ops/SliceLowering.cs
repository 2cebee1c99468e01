using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Strided parts of a value, in whatever order it lies.</summary>
internal sealed class SliceLowering : OpLowering<Slice>
{
    protected override void Lower(Node node, Slice op, LoweringContext context)
    {
        var (x, y) = (node.Input(0), node.Output);
        var layout = context.LayoutOf(x) is Layout.Flat ? Layout.RowMajor : context.LayoutOf(x);
        var strides = layout.Strides(x.Shape);
        var order = layout.Order(x.Rank);
        var source = context.Read(node, x, layout);
        var start = IntExpr.Sum(op.Starts.Select((s, d) => s * strides[d]));
        if (source.Place == Place.Constant && !start.IsConstant)
        {
            // Weights are read at constant offsets only: those the reader of a plan can check against the length of the file.
            var copy = context.Temporary(x.Type.Element, x.Type.Length);
            context.Call(node, "Copy.Strided", "brings the constant into the workspace",
                CopyArguments(source, copy, [x.Type.Length], [1], [1]));
            source = copy;
        }

        context.Call(node, "Copy.Strided", "part of the input", CopyArguments(
            source with { Offset = source.Offset + (start * x.Type.Element.Size()) }, context.Create(y, layout),
            [.. order.Select(d => y.Shape[d])], [.. order.Select(d => strides[d] * op.Steps[d])],
                [.. order.Select(d => layout.Strides(y.Shape)[d])]));
    }
}

using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>
/// Joins along a dimension; channels last when every input lies so. What products have written side by side is joined already; what a cache
/// keeps is appended in place.
/// </summary>
internal sealed class ConcatLowering : OpLowering<Concat>
{
    protected override void Lower(Node node, Concat op, LoweringContext context)
    {
        var y = node.Output;
        if (context.Grow(y) is { } buffer)
        {
            Append(node, op, context, buffer.Layout, buffer.At);
            return;
        }

        if (JoinedOutput.Find(node.Input(0), context.Graph) is not null)
        {
            return;
        }

        var layout = node.Inputs.All(x => context.LayoutOf(x!) == Layout.ChannelsLast) ? Layout.ChannelsLast : Layout.RowMajor;
        var order = layout.Order(y.Rank);
        var strides = layout.Strides(y.Shape);
        // Inputs first: a conversion that Read adds must not come between the copies.
        var inputs = node.Inputs.Select(x => (Value: x!, At: context.Read(node, x!, layout))).ToArray();
        var to = context.Create(y, layout);
        IntExpr start = 0;
        foreach (var (x, from) in inputs)
        {
            context.Call(node, "Copy.Strided", $"joins along dimension {op.Axis}", CopyArguments(
                from, to with { Offset = to.Offset + (start * strides[op.Axis] * y.Type.Element.Size()) },
                [.. order.Select(d => x.Shape[d])], [.. order.Select(d => layout.Strides(x.Shape)[d])],
                    [.. order.Select(d => strides[d])]));
            start += x.Shape[op.Axis];
        }
    }

    /// <summary>The first input lies in the buffer already; the second one goes behind it.</summary>
    private static void Append(Node node, Concat op, LoweringContext context, Layout layout, PlanArgument.Location buffer)
    {
        var (past, added) = (node.Input(0), node.Input(1));
        var strides = layout.Strides(node.Output.Shape);
        context.Call(node, "Copy.Strided", $"appends along dimension {op.Axis}", CopyArguments(
            context.Read(node, added, Layout.RowMajor),
                buffer with { Offset = past.Shape[op.Axis] * strides[op.Axis] * past.Type.Element.Size() },
            added.Shape, Layout.RowMajor.Strides(added.Shape), strides));
    }
}

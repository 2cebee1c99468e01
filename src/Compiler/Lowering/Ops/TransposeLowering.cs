using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>
/// Permuted dimensions; nothing is moved when the memory already has the order that results, or the only reader walks along any strides.
/// </summary>
internal sealed class TransposeLowering : OpLowering<Transpose>
{
    protected override void Lower(Node node, Transpose op, LoweringContext context)
    {
        var (x, y) = (node.Input(0), node.Output);
        var layout = context.LayoutOf(x) is Layout.Flat ? Layout.RowMajor : context.LayoutOf(x);
        var from = context.Read(node, x, layout);
        var strides = op.Permutation.Select(p => layout.Strides(x.Shape)[p]).ToArray();
        if (Free(strides, y) is { } free)
        {
            context.Alias(y, x, free);
            return;
        }

        if (context.IsReadByAttention(y, strides) || BatchedProduct.ReadsView(y, strides, context))
        {
            context.View(y, from, strides);
            return;
        }

        context.Call(node, "Copy.Strided", $"dimensions {string.Join(", ", op.Permutation)}",
            CopyArguments(from, context.Create(y, Layout.RowMajor), y.Shape, strides, Layout.RowMajor.Strides(y.Shape)));
    }

    /// <summary>
    /// The layout under which the output's elements already lie in order, if there is one; dimensions of 1 have no order.
    /// </summary>
    private static Layout? Free(IntExpr[] strides, Value y)
    {
        Layout[] layouts = y.Rank >= 3 ? [Layout.RowMajor, Layout.ChannelsLast] : [Layout.RowMajor];
        return layouts.FirstOrDefault(l => l.Strides(y.Shape).Select((s, d) => y.Shape[d] == IntExpr.One || s == strides[d])
            .All(same => same));
    }
}

using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Softmax and its logarithm; over the channels of a channels-last value without reordering it.</summary>
internal sealed class SoftmaxLowering : OpLowering<Softmax>
{
    protected override void Lower(Node node, Softmax op, LoweringContext context)
    {
        ElementRule.RequireFloat(node);
        var (x, y) = (node.Input(0), node.Output);
        bool overChannels = op.Axis == 1 && context.LayoutOf(x) == Layout.ChannelsLast;
        var layout = overChannels ? Layout.ChannelsLast : Layout.RowMajor;
        var order = layout.Order(x.Rank);
        int position = order.ToList().IndexOf(op.Axis);
        context.Call(node, op.Logarithm ? "LogSoftmax.Run" : "Softmax.Run", $"along dimension {op.Axis}",
            context.Read(node, x, layout), context.Create(y, layout),
            Int(IntExpr.Product(order.Take(position).Select(d => x.Shape[d]))), Int(x.Shape[op.Axis]),
                Int(IntExpr.Product(order.Skip(position + 1).Select(d => x.Shape[d]))));
    }
}

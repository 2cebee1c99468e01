using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;
using PanelLayout = MixPrec.Runtime.Kernels.PanelLayout;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Sliding maxima and means, channels last; maxima of quantized values where these are all that is there.</summary>
internal sealed class PoolLowering : OpLowering<Pool>
{
    protected override void Lower(Node node, Pool op, LoweringContext context)
    {
        ElementRule.RequireFloat(node);
        var (x, y) = (node.Input(0), node.Output);
        string comment = $"{op.Function.ToString().ToLowerInvariant()} over windows of {string.Join("×", op.Kernel)}";
        if (op.Function == PoolKind.Average)
        {
            context.Call(node, "Pool.Average", comment, [.. Arguments(x.Shape[1], null), new PlanArgument.Flag(op.CountPadding)]);
        }
        else if (QuantizedOutput.Find(y, Layout.ChannelsLast, context) is { } parameters
            && context.IsStored(x, Layout.ChannelsLast, parameters))
        {
            context.Call(node, "Pool.MaxBytes", comment, Arguments(IntExpr.RoundUp(x.Shape[1], PanelLayout.ByteGroup), parameters));
        }
        else
        {
            context.Call(node, "Pool.Max", comment, Arguments(x.Shape[1], null));
        }

        PlanArgument[] Arguments(IntExpr channels, QuantizationParameters? parameters) =>
        [
            context.Read(node, x, Layout.ChannelsLast, parameters), context.Create(y, Layout.ChannelsLast, parameters), Int(x.Shape[0]),
            Int(channels), Ints(x.Shape.Skip(2)), Ints(y.Shape.Skip(2)), List(op.Kernel), List(op.Strides), List(op.PadsBegin),
            List(op.PadsEnd), List(op.Dilations),
        ];
    }
}

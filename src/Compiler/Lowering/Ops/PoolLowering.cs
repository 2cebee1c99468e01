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
    /// <summary>What a maximum in both forms has beside the floats.</summary>
    public static PlanArgument[] Quantized(PlanArgument.Location at, QuantizationParameters parameters) =>
        [at, new PlanArgument.Single(parameters.Scale), Int(parameters.ZeroPoint), Int(parameters.Maximum)];

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
        else if (QuantizedOutput.BesideFloats(y, Layout.ChannelsLast, context) is { } some)
        {
            context.Call(node, "Pool.MaxBoth", comment, Arguments(x.Shape[1], null, some));
        }
        else
        {
            context.Call(node, "Pool.Max", comment, Arguments(x.Shape[1], null));
        }

        PlanArgument[] Arguments(IntExpr channels, QuantizationParameters? parameters, QuantizationParameters? beside = null) =>
        [
            context.Read(node, x, Layout.ChannelsLast, parameters), context.Create(y, Layout.ChannelsLast, parameters),
            .. beside is { } some ? Quantized(context.Create(y, Layout.ChannelsLast, some), some) : [], Int(x.Shape[0]),
            Int(channels), Ints(x.Shape.Skip(2)), Ints(y.Shape.Skip(2)), List(op.Kernel), List(op.Strides), List(op.PadsBegin),
            List(op.PadsEnd), List(op.Dilations),
        ];
    }
}

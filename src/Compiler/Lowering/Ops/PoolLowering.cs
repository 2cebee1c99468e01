using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Sliding maxima and means, channels last.</summary>
internal sealed class PoolLowering : OpLowering<Pool>
{
    protected override void Lower(Node node, Pool op, LoweringContext context)
    {
        ElementRule.RequireFloat(node);
        var (x, y) = (node.Input(0), node.Output);
        PlanArgument[] arguments =
        [
            context.Read(node, x, Layout.ChannelsLast), context.Create(y, Layout.ChannelsLast), Int(x.Shape[0]), Int(x.Shape[1]),
            Ints(x.Shape.Skip(2)), Ints(y.Shape.Skip(2)), List(op.Kernel), List(op.Strides), List(op.PadsBegin), List(op.PadsEnd),
                List(op.Dilations),
        ];
        string comment = $"{op.Function.ToString().ToLowerInvariant()} over windows of {string.Join("×", op.Kernel)}";
        if (op.Function == PoolKind.Max)
        {
            context.Call(node, "Pool.Max", comment, arguments);
        }
        else
        {
            context.Call(node, "Pool.Average", comment, [.. arguments, new PlanArgument.Flag(op.CountPadding)]);
        }
    }

    private static PlanArgument List(IEnumerable<int> values) => Ints(values.Select(v => IntExpr.Constant(v)));
}

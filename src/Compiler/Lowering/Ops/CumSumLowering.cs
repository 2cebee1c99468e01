using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Running sums.</summary>
internal sealed class CumSumLowering : OpLowering<CumSum>
{
    protected override void Lower(Node node, CumSum op, LoweringContext context)
    {
        var x = node.Input(0);
        context.Call(node, "CumSum.Run", $"running sums along dimension {op.Axis}",
            context.Read(node, x, Layout.RowMajor), context.Create(node.Output, Layout.RowMajor),
            Int(IntExpr.Product(x.Shape.Take(op.Axis))), Int(x.Shape[op.Axis]), Int(IntExpr.Product(x.Shape.Skip(op.Axis + 1))),
                new PlanArgument.Flag(op.Exclusive), new PlanArgument.Flag(op.Reverse));
    }
}

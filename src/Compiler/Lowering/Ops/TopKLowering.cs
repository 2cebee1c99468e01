using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Positions of extremes in order.</summary>
internal sealed class TopKLowering : OpLowering<TopK>
{
    protected override void Lower(Node node, TopK op, LoweringContext context)
    {
        var x = node.Input(0);
        context.Call(node, "TopK.Run",
            $"positions of the {op.Count} {(op.Largest ? "largest" : "smallest")} elements along dimension {op.Axis}",
            context.Read(node, x, Layout.RowMajor), context.Create(node.Output, Layout.RowMajor),
            Int(IntExpr.Product(x.Shape.Take(op.Axis))), Int(x.Shape[op.Axis]), Int(IntExpr.Product(x.Shape.Skip(op.Axis + 1))),
                Int(op.Count), new PlanArgument.Flag(op.Largest));
    }
}

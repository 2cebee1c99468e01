using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Positions of extremes.</summary>
internal sealed class ArgExtremeLowering : OpLowering<ArgExtreme>
{
    protected override void Lower(Node node, ArgExtreme op, LoweringContext context)
    {
        var x = node.Input(0);
        context.Call(node, "ArgExtreme.Run", $"position of the {(op.Largest ? "largest" : "smallest")} element along dimension {op.Axis}",
            context.Read(node, x, Layout.RowMajor), context.Create(node.Output, Layout.RowMajor),
            Int(IntExpr.Product(x.Shape.Take(op.Axis))), Int(x.Shape[op.Axis]), Int(IntExpr.Product(x.Shape.Skip(op.Axis + 1))),
                new PlanArgument.Flag(op.Largest), new PlanArgument.Flag(op.Last));
    }
}

using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Different slices along an axis.</summary>
internal sealed class UniqueLowering : OpLowering<Unique>
{
    protected override void Lower(Node node, Unique op, LoweringContext context)
    {
        var x = node.Input(0);
        context.Count(node, op.Count, "Unique.Run", $"finds the different slices along dimension {op.Axis}",
            ElementRule.AsNumber(node, context.Read(node, x, Layout.RowMajor)), context.Create(node.Outputs[0], Layout.RowMajor),
                context.Create(node.Outputs[1], Layout.RowMajor),
            context.Create(node.Outputs[2], Layout.RowMajor), context.Temporary(ElementType.I32, x.Shape[op.Axis]),
            Int(IntExpr.Product(x.Shape.Take(op.Axis))), Int(x.Shape[op.Axis]), Int(IntExpr.Product(x.Shape.Skip(op.Axis + 1))),
                new PlanArgument.Flag(op.Sorted));
    }
}

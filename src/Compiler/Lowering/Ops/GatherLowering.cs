using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Picks slices along a dimension.</summary>
internal sealed class GatherLowering : OpLowering<Gather>
{
    protected override void Lower(Node node, Gather op, LoweringContext context)
    {
        var (x, indices) = (node.Input(0), node.Input(1));
        context.Call(node, "Gather.Run", $"picks along dimension {op.Axis}",
            context.Read(node, x, Layout.RowMajor), context.Read(node, indices, Layout.RowMajor), context.Create(node.Output, Layout.RowMajor),
            Int(IntExpr.Product(x.Shape.Take(op.Axis))), Int(x.Shape[op.Axis]), Int(indices.Type.Length), Int(IntExpr.Product(x.Shape.Skip(op.Axis + 1))));
    }
}

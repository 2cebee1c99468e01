using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>
/// Picks slices along a dimension; in whatever order the input lies when a list of indices leaves the number of dimensions as it is.
/// </summary>
internal sealed class GatherLowering : OpLowering<Gather>
{
    protected override void Lower(Node node, Gather op, LoweringContext context)
    {
        var (x, indices) = (node.Input(0), node.Input(1));
        var line = indices.Rank == 1 ? AxisInMemory.Locate(x, op.Axis, context)
            : new(Layout.RowMajor, IntExpr.Product(x.Shape.Take(op.Axis)), IntExpr.Product(x.Shape.Skip(op.Axis + 1)));
        context.Call(node, "Gather.Run", $"picks along dimension {op.Axis}",
            context.Read(node, x, line.Layout), context.Read(node, indices, Layout.RowMajor), context.Create(node.Output, line.Layout),
            Int(line.Outer), Int(x.Shape[op.Axis]), Int(indices.Type.Length), Int(line.Inner));
    }
}

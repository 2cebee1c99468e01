using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Picks slices by tuples of indices.</summary>
internal sealed class GatherNDLowering : OpLowering<GatherND>
{
    protected override void Lower(Node node, GatherND op, LoweringContext context)
    {
        var (x, indices) = (node.Input(0), node.Input(1));
        int length = (int)indices.Shape[^1].Value;
        context.Call(node, "GatherND.Run", $"picks by tuples of {length} indices",
            context.Read(node, x, Layout.RowMajor), context.Read(node, indices, Layout.RowMajor),
                context.Create(node.Output, Layout.RowMajor),
            Int(IntExpr.Product(x.Shape.Take(op.BatchAxes))), Int(IntExpr.Product(indices.Shape.Skip(op.BatchAxes).SkipLast(1))),
            Ints(x.Shape.Skip(op.BatchAxes).Take(length)), Int(IntExpr.Product(x.Shape.Skip(op.BatchAxes + length))));
    }
}

using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Picks single elements along a dimension.</summary>
internal sealed class GatherElementsLowering : OpLowering<GatherElements>
{
    protected override void Lower(Node node, GatherElements op, LoweringContext context)
    {
        var (x, indices) = (node.Input(0), node.Input(1));
        context.Call(node, "GatherElements.Run", $"picks elements along dimension {op.Axis}",
            context.Read(node, x, Layout.RowMajor), context.Read(node, indices, Layout.RowMajor),
                context.Create(node.Output, Layout.RowMajor), Ints(x.Shape), Ints(indices.Shape), Int(op.Axis));
    }
}

using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Dimensions as data.</summary>
internal sealed class DimensionsLowering : OpLowering<Dimensions>
{
    protected override void Lower(Node node, Dimensions op, LoweringContext context)
    {
        context.Call(node, "Fill.Integers", "writes dimensions as data", context.Create(node.Output, Layout.RowMajor), Ints(op.Elements));
    }
}

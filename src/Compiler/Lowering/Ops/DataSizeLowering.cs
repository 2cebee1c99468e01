using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>A number of the data becomes a size.</summary>
internal sealed class DataSizeLowering : OpLowering<DataSize>
{
    protected override void Lower(Node node, DataSize op, LoweringContext context)
    {
        context.Count(node, op.Count, "Sizes.Read", "reads a size from the data", context.Read(node, node.Input(0), Layout.RowMajor),
            Int(op.Most));
        context.AliasRowMajor(node, node.Output, node.Input(0));
    }
}

using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Consecutive integers.</summary>
internal sealed class IotaLowering : OpLowering<Iota>
{
    protected override void Lower(Node node, Iota op, LoweringContext context)
    {
        context.Call(node, "Fill.Range", "consecutive integers", context.Create(node.Output, Layout.RowMajor), Int(op.Start), Int(op.Step),
            Int(op.Length));
    }
}

using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Indices of what is not zero.</summary>
internal sealed class NonZeroLowering : OpLowering<NonZero>
{
    protected override void Lower(Node node, NonZero op, LoweringContext context)
    {
        var x = node.Input(0);
        context.Count(node, op.Count, "NonZero.Run", "counts the elements that are not zero and writes their indices",
            ElementRule.AsNumber(node, context.Read(node, x, Layout.RowMajor)), context.Create(node.Output, Layout.RowMajor),
                Ints(x.Shape));
    }
}

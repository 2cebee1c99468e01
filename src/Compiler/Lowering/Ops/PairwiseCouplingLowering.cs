using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Class probabilities out of those of pairs.</summary>
internal sealed class PairwiseCouplingLowering : OpLowering<PairwiseCoupling>
{
    protected override void Lower(Node node, PairwiseCoupling op, LoweringContext context)
    {
        ElementRule.RequireFloat(node);
        var x = node.Input(0);
        context.Call(node, "PairwiseCoupling.Run", $"probabilities of {op.Classes} classes from those of their pairs",
            context.Read(node, x, Layout.RowMajor), context.Create(node.Output, Layout.RowMajor),
                context.Temporary(ElementType.F32, op.Classes * (op.Classes + 1)), Int(x.Shape[0]), Int(op.Classes));
    }
}

using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Chooses between two operands.</summary>
internal sealed class WhereLowering : OpLowering<Where>
{
    protected override void Lower(Node node, Where op, LoweringContext context)
    {
        var (condition, a, b, y) = (node.Input(0), node.Input(1), node.Input(2), node.Output);
        context.Call(node, "Where.Run", "chooses between two operands",
            context.Read(node, condition, Layout.RowMajor), context.Read(node, a, Layout.RowMajor), context.Read(node, b, Layout.RowMajor),
                context.Create(y, Layout.RowMajor),
            Ints(y.Shape), Ints(Broadcasting.Strides(condition.Shape, y.Rank)), Ints(Broadcasting.Strides(a.Shape, y.Rank)),
                Ints(Broadcasting.Strides(b.Shape, y.Rank)));
    }
}

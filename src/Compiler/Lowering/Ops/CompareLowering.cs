using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Truth values of two operands.</summary>
internal sealed class CompareLowering : OpLowering<Compare>
{
    protected override void Lower(Node node, Compare op, LoweringContext context)
    {
        var (a, b, y) = (node.Input(0), node.Input(1), node.Output);
        context.Call(node, "Compare.Run", op.Kind, New(op.Function.ToString()), AsNumbers(context.Read(node, a, Layout.RowMajor)),
            AsNumbers(context.Read(node, b, Layout.RowMajor)),
            context.Create(y, Layout.RowMajor), Ints(y.Shape), Ints(Broadcasting.Strides(a.Shape, y.Rank)),
                Ints(Broadcasting.Strides(b.Shape, y.Rank)));
    }

    /// <summary>Truth values are compared as the bytes they are.</summary>
    private static PlanArgument.Location AsNumbers(PlanArgument.Location operand) =>
        operand.Type == ElementType.Bool ? operand with { Type = ElementType.U8 } : operand;
}

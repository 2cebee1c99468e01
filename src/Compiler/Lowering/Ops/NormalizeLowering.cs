using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Normalization of rows, with scale and bias in the same step.</summary>
internal sealed class NormalizeLowering : OpLowering<Normalize>
{
    protected override void Lower(Node node, Normalize op, LoweringContext context)
    {
        ElementRule.RequireFloat(node);
        var (x, y) = (node.Input(0), node.Output);
        int length = checked((int)IntExpr.Product(x.Shape.Skip(op.Axis)).Value);
        context.Call(node, "Normalize.Run", $"{(op.Centered ? "mean 0 and " : "")}mean square 1 over {length} elements",
            context.Read(node, x, Layout.RowMajor), Parameter(1, 1), Parameter(2, 0), context.Create(y, Layout.RowMajor),
            Int(IntExpr.Product(x.Shape.Take(op.Axis))), Int(length), new PlanArgument.Single(op.Epsilon),
                new PlanArgument.Flag(op.Centered));

        PlanArgument Parameter(int input, float absent) => node.InputOrNull(input) is { } value
            ? context.Read(node, value, Layout.RowMajor)
            : context.Weights.Add<float>(ElementType.F32, Enumerable.Repeat(absent, length).ToArray());
    }
}

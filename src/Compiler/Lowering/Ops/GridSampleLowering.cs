using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Images at the positions of a grid.</summary>
internal sealed class GridSampleLowering : OpLowering<GridSample>
{
    protected override void Lower(Node node, GridSample op, LoweringContext context)
    {
        ElementRule.RequireFloat(node);
        var (x, grid) = (node.Input(0), node.Input(1));
        context.Call(node, "GridSample.Run", $"{op.Mode.ToString().ToLowerInvariant()} interpolation at the positions of a grid",
            context.Read(node, x, Layout.RowMajor), context.Read(node, grid, Layout.RowMajor), context.Create(node.Output, Layout.RowMajor),
            Int(x.Shape[0]), Int(x.Shape[1]), Ints(x.Shape.Skip(2)), Int(IntExpr.Product(grid.Shape.Skip(1).SkipLast(1))),
            new PlanArgument.EnumMember("GridSampleMode", op.Mode.ToString()),
                new PlanArgument.EnumMember("GridSamplePadding", op.Padding.ToString()), new PlanArgument.Flag(op.AlignCorners));
    }
}

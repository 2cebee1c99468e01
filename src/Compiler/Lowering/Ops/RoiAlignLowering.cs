using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Cells of regions of images.</summary>
internal sealed class RoiAlignLowering : OpLowering<RoiAlign>
{
    protected override void Lower(Node node, RoiAlign op, LoweringContext context)
    {
        ElementRule.RequireFloat(node);
        var (x, regions) = (node.Input(0), node.Input(1));
        context.Call(node, "RoiAlign.Run", $"{op.OutputHeight}×{op.OutputWidth} cells of regions",
            context.Read(node, x, Layout.RowMajor), context.Read(node, regions, Layout.RowMajor),
                context.Read(node, node.Input(2), Layout.RowMajor), context.Create(node.Output, Layout.RowMajor),
            Int(x.Shape[0]), Int(x.Shape[1]), Int(x.Shape[2]), Int(x.Shape[3]), Int(regions.Shape[0]), Int(op.OutputHeight),
                Int(op.OutputWidth), Int(op.Sampling),
            new PlanArgument.Single(op.Scale), new PlanArgument.Flag(op.Largest), new PlanArgument.Flag(op.HalfPixel));
    }
}

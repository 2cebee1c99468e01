using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Interpolation along a dimension, in whatever order the input lies.</summary>
internal sealed class ResampleLowering : OpLowering<Resample>
{
    protected override void Lower(Node node, Resample op, LoweringContext context)
    {
        ElementRule.RequireFloat(node);
        var (x, starts, weights) = (node.Input(0), node.Input(1), node.Input(2));
        var line = AxisInMemory.Locate(x, op.Axis, context);
        context.Call(node, "Resample.Run", $"interpolates along dimension {op.Axis} with {weights.Shape[1]} taps",
            context.Read(node, x, line.Layout), context.Read(node, starts, Layout.RowMajor), context.Read(node, weights, Layout.RowMajor),
                context.Create(node.Output, line.Layout),
            Int(line.Outer), Int(x.Shape[op.Axis]), Int(weights.Shape[0]), Int(weights.Shape[1]), Int(line.Inner));
    }
}

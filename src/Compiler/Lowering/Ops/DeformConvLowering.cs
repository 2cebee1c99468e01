using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using static MixPrec.Compiler.Lowering.LoweringContext;

namespace MixPrec.Compiler.Lowering.Ops;

/// <summary>Convolutions with moved taps, channels first, in fp32.</summary>
internal sealed class DeformConvLowering : OpLowering<DeformConv>
{
    protected override void Lower(Node node, DeformConv op, LoweringContext context)
    {
        ElementRule.RequireFloat(node);
        var (x, w, y) = (node.Input(0), node.Input(1), node.Output);
        var offsets = context.Read(node, node.Input(2), Layout.RowMajor);
        var mask = node.InputOrNull(4) is { } given ? context.Read(node, given, Layout.RowMajor) : null;
        var bias = node.InputOrNull(3) is { } shift ? context.Read(node, shift, Layout.RowMajor)
            : context.Weights.Add<float>(ElementType.F32, new float[checked((int)w.Shape[0].Value)]);
        context.Call(node, "DeformConv.Run",
            $"{string.Join("×", w.Shape.Skip(2))} convolution with moved taps, {x.Shape[1]} → {w.Shape[0]} channels: fp32",
            context.Read(node, x, Layout.RowMajor), context.ReadWeights(node, w), offsets, mask ?? offsets,
                new PlanArgument.Flag(mask is not null), bias, context.Create(y, Layout.RowMajor),
            Int(x.Shape[0]), Int(x.Shape[1]), Int(x.Shape[2]), Int(x.Shape[3]), Int(y.Shape[1]), Int(y.Shape[2]), Int(y.Shape[3]),
                Int(w.Shape[2]), Int(w.Shape[3]),
            Int(op.Strides[0]), Int(op.Strides[1]), Int(op.PadsBegin[0]), Int(op.PadsBegin[1]), Int(op.Dilations[0]), Int(op.Dilations[1]),
                Int(op.Groups), Int(op.OffsetGroups));
    }
}

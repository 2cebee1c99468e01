using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Deformable convolution of images. Opset 19, 22 (bf16).</summary>
internal static class DeformConv
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (x, w, offsets) = (node.Input(0, ElementType.F32), node.Input(1, ElementType.F32), node.Input(2, ElementType.F32));
        var window = WindowAttributes.Read(node, x, FilterAttributes.Kernel(node, x, w));
        long groups = node.Attributes.Int("offset_group") ?? 1;
        if (x.Rank != 4 || groups is < 1 or > int.MaxValue)
        {
            throw node.NotSupported($"{x.Type} in {groups} offset groups");
        }

        var op = new Graphs.Ops.DeformConv(window.Strides, window.PadsBegin, window.PadsEnd, window.Dilations,
            FilterAttributes.Groups(node), (int)groups);
        return [node.Add(op, x, w, offsets, Optional(3), Optional(4))];

        Value? Optional(int index) => node.InputOrNull(index) is null ? null : node.Input(index, ElementType.F32);
    }
}

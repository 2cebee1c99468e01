using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Picks slices along an axis by indices. Opset 1, 11 (negative indices), 13.</summary>
internal static class Gather
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (x, indices) = (node.Input(0), node.Require(node.Input(1), ElementType.I64, ElementType.I32));
        int axis = node.Axis(node.Attributes.Int("axis") ?? 0, x.Rank);
        if (x.Shape[axis] is { IsConstant: true } size && indices.Constant is { } known
            && known.ToInt64().Any(i => i < -size.Value || i >= size.Value))
        {
            throw node.Invalid($"an index is outside an axis of {size}");
        }

        return [node.Add(new Graphs.Ops.Gather(axis), x, indices)];
    }
}

using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// The k largest or smallest elements along an axis and their positions, always sorted. Opset 1 (k is an attribute), 10 (an input), 11
/// (largest, sorted, integers), 24 (bf16).
/// </summary>
internal static class TopK
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var x = Elementwise.RequireNumber(node, node.Input(0));
        node.Attributes.Ignore("sorted");
        int axis = node.Axis(node.Attributes.Int("axis") ?? -1, x.Rank);
        var k = node.Opset < 10 ? node.Attributes.Int("k") ?? throw node.Invalid("k is missing") : node.Size(1, x.Shape[axis]);
        var positions = node.Add(1, new Graphs.Ops.TopK(axis, k, node.Attributes.Flag("largest", absent: true)), x);
        return [node.Add(0, new Graphs.Ops.GatherElements(axis), x, positions), positions];
    }
}

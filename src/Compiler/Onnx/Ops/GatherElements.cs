using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Picks single elements along an axis by indices. Opset 11, 13 (bf16).</summary>
internal static class GatherElements
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (x, indices) = (node.Input(0), node.Require(node.Input(1), ElementType.I64, ElementType.I32));
        return [node.Add(new Graphs.Ops.GatherElements(node.Axis(node.Attributes.Int("axis") ?? 0, x.Rank)), x, indices)];
    }
}

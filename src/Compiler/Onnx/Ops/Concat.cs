using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Joins the inputs along an axis. Opset 4, 11 (negative axis), 13.</summary>
internal static class Concat
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        Value[] inputs = [.. Enumerable.Range(0, Math.Max(node.InputCount, 1)).Select(node.Input)];
        int axis = node.Axis(node.Attributes.Int("axis") ?? throw node.Invalid("attribute 'axis' is missing"), inputs[0].Rank);
        return [node.Add(new Graphs.Ops.Concat(axis), inputs)];
    }
}

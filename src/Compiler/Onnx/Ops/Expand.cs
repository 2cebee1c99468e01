using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Repeats by broadcasting with a shape. Opset 8, 13.</summary>
internal static class Expand
{
    public static IReadOnlyList<Value> Import(OnnxNode node) => [node.Add(new Graphs.Ops.Expand(Broadcasting.Shape(node.Input(0).Shape, node.Integers(1) ?? throw node.Invalid("the shape is missing"))), node.Input(0))];
}

using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>y = x + bias below −lambd, x − bias above lambd, 0 between; 0.5 and 0 when absent. Opset 9.</summary>
internal static class Shrink
{
    public static IReadOnlyList<Value> Import(OnnxNode node) => Elementwise.Unary(node, new UnaryFunction(UnaryKind.Shrink, node.Attributes.Float("lambd") ?? 0.5f, node.Attributes.Float("bias") ?? 0));
}

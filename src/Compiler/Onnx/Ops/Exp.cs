using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>y = eˣ. Opset 6, 13 (bf16).</summary>
internal static class Exp
{
    public static IReadOnlyList<Value> Import(OnnxNode node) => Elementwise.Unary(node, new UnaryFunction(UnaryKind.Exp));
}

using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>y = 1 / (1 + e⁻ˣ). Opset 6, 13 (bf16).</summary>
internal static class Sigmoid
{
    public static IReadOnlyList<Value> Import(OnnxNode node) => Elementwise.Unary(node, new UnaryFunction(UnaryKind.Sigmoid));
}

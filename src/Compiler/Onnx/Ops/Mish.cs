using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>y = x · tanh(softplus(x)). Opset 18, 22 (bf16).</summary>
internal static class Mish
{
    public static IReadOnlyList<Value> Import(OnnxNode node) => Elementwise.Unary(node, new UnaryFunction(UnaryKind.Mish));
}

using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>y = x &lt; 0 ? alpha·x : x, alpha 0.01 when absent. Opset 6, 16 (bf16).</summary>
internal static class LeakyRelu
{
    public static IReadOnlyList<Value> Import(OnnxNode node) =>
        Elementwise.Unary(node, new UnaryFunction(UnaryKind.LeakyRelu, node.Attributes.Float("alpha") ?? 0.01f));
}

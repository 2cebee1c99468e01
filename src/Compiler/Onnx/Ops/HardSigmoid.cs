using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>y = max(0, min(1, alpha·x + beta)), 0.2 and 0.5 when absent. Opset 6, 22 (bf16).</summary>
internal static class HardSigmoid
{
    public static IReadOnlyList<Value> Import(OnnxNode node) =>
        Elementwise.Unary(node, new UnaryFunction(UnaryKind.HardSigmoid, node.Attributes.Float("alpha") ?? 0.2f,
        node.Attributes.Float("beta") ?? 0.5f));
}

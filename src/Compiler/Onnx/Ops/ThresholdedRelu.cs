using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>y = x &gt; alpha ? x : 0, alpha 1 when absent. Opset 10, 22 (bf16).</summary>
internal static class ThresholdedRelu
{
    public static IReadOnlyList<Value> Import(OnnxNode node) =>
        Elementwise.Unary(node, new UnaryFunction(UnaryKind.ThresholdedRelu, node.Attributes.Float("alpha") ?? 1));
}

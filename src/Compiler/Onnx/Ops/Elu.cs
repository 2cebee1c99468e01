using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>y = x &lt; 0 ? alpha·(eˣ − 1) : x, alpha 1 when absent. Opset 6, 22 (bf16).</summary>
internal static class Elu
{
    public static IReadOnlyList<Value> Import(OnnxNode node) =>
        Elementwise.Unary(node, new UnaryFunction(UnaryKind.Elu, node.Attributes.Float("alpha") ?? 1));
}

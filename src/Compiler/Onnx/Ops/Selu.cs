using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>y = gamma · (x &lt; 0 ? alpha · (eˣ − 1) : x). Opset 6, 22 (bf16).</summary>
internal static class Selu
{
    public static IReadOnlyList<Value> Import(OnnxNode node) =>
        Elementwise.Unary(node, new UnaryFunction(UnaryKind.Selu, node.Attributes.Float("alpha") ?? 1.67326319f,
        node.Attributes.Float("gamma") ?? 1.05070102f));
}

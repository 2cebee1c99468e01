using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>y = max(0, x) + min(0, alpha · (e^(x/alpha) − 1)), alpha 1 when absent. Opset 12.</summary>
internal static class Celu
{
    public static IReadOnlyList<Value> Import(OnnxNode node) =>
        Elementwise.Unary(node, new UnaryFunction(UnaryKind.Celu, node.Attributes.Float("alpha") ?? 1));
}

using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>y = x · max(0, min(1, x/6 + ½)). Opset 14, 22 (bf16).</summary>
internal static class HardSwish
{
    public static IReadOnlyList<Value> Import(OnnxNode node) => Elementwise.Unary(node, new UnaryFunction(UnaryKind.HardSwish));
}

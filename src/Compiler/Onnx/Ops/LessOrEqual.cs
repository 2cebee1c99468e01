using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>a ≤ b of numbers with broadcasting. Opset 12, 16 (bf16).</summary>
internal static class LessOrEqual
{
    public static IReadOnlyList<Value> Import(OnnxNode node) => Comparison.OfNumbers(node, CompareKind.LessOrEqual);
}

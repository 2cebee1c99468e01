using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>a &lt; b of numbers with broadcasting. Opset 7, 9 (integers), 13 (bf16).</summary>
internal static class Less
{
    public static IReadOnlyList<Value> Import(OnnxNode node) => Comparison.OfNumbers(node, CompareKind.Less);
}

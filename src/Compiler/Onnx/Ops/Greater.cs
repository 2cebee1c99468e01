using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>a &gt; b of numbers with broadcasting. Opset 7, 9 (integers), 13 (bf16).</summary>
internal static class Greater
{
    public static IReadOnlyList<Value> Import(OnnxNode node) => Comparison.OfNumbers(node, CompareKind.Greater);
}

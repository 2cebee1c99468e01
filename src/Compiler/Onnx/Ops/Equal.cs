using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Equality of numbers with broadcasting. Opset 7, 11, 13 (bf16), 19.</summary>
internal static class Equal
{
    public static IReadOnlyList<Value> Import(OnnxNode node) => Comparison.OfNumbers(node, CompareKind.Equal);
}

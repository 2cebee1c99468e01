using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Xor of truth values with broadcasting. Opset 7.</summary>
internal static class Xor
{
    public static IReadOnlyList<Value> Import(OnnxNode node) => Comparison.OfTruths(node, CompareKind.Xor);
}

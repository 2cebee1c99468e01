using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Maximum of all inputs with broadcasting. Opset 8, 12 (integers), 13 (bf16).</summary>
internal static class Max
{
    public static IReadOnlyList<Value> Import(OnnxNode node) => Variadic.Import(node, BinaryKind.Max);
}

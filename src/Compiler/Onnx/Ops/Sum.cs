using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Sum of all inputs with broadcasting. Opset 8, 13 (bf16).</summary>
internal static class Sum
{
    public static IReadOnlyList<Value> Import(OnnxNode node) => Variadic.Import(node, BinaryKind.Add);
}

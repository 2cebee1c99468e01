using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>y = a · b. Opset 7 (broadcasting), 13 (bf16), 14 (8- and 16-bit integers).</summary>
internal static class Mul
{
    public static IReadOnlyList<Value> Import(OnnxNode node) => Elementwise.Binary(node, BinaryKind.Mul);
}

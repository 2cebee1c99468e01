using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Xor of the bits of two integers. Opset 18.</summary>
internal static class BitwiseXor
{
    public static IReadOnlyList<Value> Import(OnnxNode node) => Elementwise.OfIntegers(node, BinaryKind.BitXor);
}

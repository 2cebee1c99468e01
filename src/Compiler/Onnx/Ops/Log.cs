using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>y = ln x. Opset 6, 13 (bf16).</summary>
internal static class Log
{
    public static IReadOnlyList<Value> Import(OnnxNode node) => Elementwise.Unary(node, new UnaryFunction(UnaryKind.Log));
}

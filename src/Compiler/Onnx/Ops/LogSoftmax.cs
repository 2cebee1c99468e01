using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// Logarithm of the softmax along one axis. Opset 1, 11 (negative axis), 13 (one axis instead of a flattened matrix; bf16).
/// </summary>
internal static class LogSoftmax
{
    public static IReadOnlyList<Value> Import(OnnxNode node) => SoftmaxAxis.Import(node, logarithm: true);
}

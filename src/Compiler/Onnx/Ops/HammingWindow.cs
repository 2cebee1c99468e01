using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>The Hamming window. Opset 17.</summary>
internal static class HammingWindow
{
    public static IReadOnlyList<Value> Import(OnnxNode node) => CosineWindow.Import(node, 25.0 / 46, -21.0 / 46);
}

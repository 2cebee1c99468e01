using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>The Hann window. Opset 17.</summary>
internal static class HannWindow
{
    public static IReadOnlyList<Value> Import(OnnxNode node) => CosineWindow.Import(node, 0.5, -0.5);
}

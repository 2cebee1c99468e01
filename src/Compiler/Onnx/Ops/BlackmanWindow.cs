using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>The Blackman window. Opset 17.</summary>
internal static class BlackmanWindow
{
    public static IReadOnlyList<Value> Import(OnnxNode node) => CosineWindow.Import(node, 0.42, -0.5, 0.08);
}

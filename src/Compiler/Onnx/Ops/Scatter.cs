using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>The first name of ScatterElements. Opset 9, deprecated in 11.</summary>
internal static class Scatter
{
    public static IReadOnlyList<Value> Import(OnnxNode node) => Scattering.Elements(node);
}

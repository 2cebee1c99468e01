using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Writes single elements along an axis. Opset 11, 13 (bf16), 16 (reduction), 18 (max, min).</summary>
internal static class ScatterElements
{
    public static IReadOnlyList<Value> Import(OnnxNode node) => Scattering.Elements(node);
}

using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Position of the largest element along an axis. Opset 1, 11, 12, 13.</summary>
internal static class ArgMax
{
    public static IReadOnlyList<Value> Import(OnnxNode node) => ArgReduction.Import(node, largest: true);
}

using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Maximum over axes. Opset 1, 11 (negative axes), 18 (axes are an input, noop_with_empty_axes).</summary>
internal static class ReduceMax
{
    public static IReadOnlyList<Value> Import(OnnxNode node) => Reduction.Import(node, ReduceKind.Max, axesAreInputSince: 18);
}

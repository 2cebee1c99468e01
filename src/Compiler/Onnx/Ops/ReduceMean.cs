using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Mean over axes. Opset 1, 11 (negative axes), 18 (axes are an input, noop_with_empty_axes).</summary>
internal static class ReduceMean
{
    public static IReadOnlyList<Value> Import(OnnxNode node) => Reduction.Import(node, ReduceKind.Mean, axesAreInputSince: 18);
}

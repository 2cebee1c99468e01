using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Sum over axes. Opset 1, 11 (negative axes), 13 (axes are an input, noop_with_empty_axes).</summary>
internal static class ReduceSum
{
    public static IReadOnlyList<Value> Import(OnnxNode node) => Reduction.Import(node, ReduceKind.Sum, axesAreInputSince: 13);
}

using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Σ |x| over axes. Opset 1, 11, 13, 18.</summary>
internal static class ReduceL1
{
    public static IReadOnlyList<Value> Import(OnnxNode node) => Reduction.Import(node, ReduceKind.Sum, (f, x) => f.Apply(UnaryKind.Abs, x), (_, y) => y);
}

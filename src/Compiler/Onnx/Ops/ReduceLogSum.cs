using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>ln Σ x over axes. Opset 1, 11, 13, 18.</summary>
internal static class ReduceLogSum
{
    public static IReadOnlyList<Value> Import(OnnxNode node) =>
        Reduction.Import(node, ReduceKind.Sum, (_, x) => x, (f, y) => f.Apply(UnaryKind.Log, Reduction.Real(f, y)));
}

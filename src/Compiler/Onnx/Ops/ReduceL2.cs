using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>√Σ x² over axes. Opset 1, 11, 13, 18.</summary>
internal static class ReduceL2
{
    public static IReadOnlyList<Value> Import(OnnxNode node) =>
        Reduction.Import(node, ReduceKind.Sum, (f, x) => f.Mul(x, x), (f, y) => f.Apply(UnaryKind.Sqrt, Reduction.Real(f, y)));
}

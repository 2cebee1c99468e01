using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Product over axes. Opset 1, 11, 13, 18.</summary>
internal static class ReduceProd
{
    public static IReadOnlyList<Value> Import(OnnxNode node) => Reduction.Import(node, ReduceKind.Prod);
}

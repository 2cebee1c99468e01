using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Maximum over all spatial positions of x [N, C, D1…], which stay as 1. Opset 1, 22 (bf16).</summary>
internal static class GlobalMaxPool
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var x = node.Input(0, ElementType.F32);
        return x.Rank < 2 ? throw node.Invalid($"{x.Type} has no channels")
            : [node.Add(new Reduce(ReduceKind.Max, [.. Enumerable.Range(2, x.Rank - 2)], KeepDimensions: true), x)];
    }
}

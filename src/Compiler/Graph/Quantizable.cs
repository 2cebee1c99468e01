using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs;

/// <summary>Which nodes precision is chosen for: products with constant weights.</summary>
internal static class Quantizable
{
    /// <summary>True for a Conv, and for a MatMul with a matrix on the right, whose right-hand side (input 1) is a constant fp32 tensor.</summary>
    public static bool IsQuantizable(this Node node) =>
        node.Op is Conv or MatMul && node.Input(1) is { Constant.Type: ElementType.F32 } weights && (node.Op is Conv || weights.Rank == 2);
}

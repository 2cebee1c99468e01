using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs;

/// <summary>Which nodes precision is chosen for: products with constant weights, and products of two activations.</summary>
internal static class Quantizable
{
    public static bool IsQuantizable(this Node node) => node.HasConstantWeights() || node.MultipliesActivations();

    /// <summary>True for a Conv, and for a MatMul with a matrix on the right, whose right-hand side (input 1) is a constant fp32 tensor.</summary>
    public static bool HasConstantWeights(this Node node) =>
        node.Op is Conv or MatMul && node.Input(1) is { Constant.Type: ElementType.F32 } weights && (node.Op is Conv || weights.Rank == 2);

    /// <summary>True for a MatMul of two fp32 values of the run, the scores of an attention for example; a bias is constant.</summary>
    public static bool MultipliesActivations(this Node node) =>
        node.Op is MatMul && IsActivation(node.Input(0)) && IsActivation(node.Input(1)) && node.InputOrNull(2) is null or { Constant: not null };

    private static bool IsActivation(Value value) => value is { Constant: null, Type.Element: ElementType.F32 };
}

using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs;

/// <summary>
/// Which nodes precision is chosen for: products with constant weights, products of two activations, and recurrences with constant weights.
/// </summary>
internal static class Quantizable
{
    public static bool IsQuantizable(this Node node) => node.HasConstantWeights() || node.MultipliesActivations()
        || node.HasRecurrentWeights();

    /// <summary>
    /// True for a Conv, and for a MatMul with a matrix on the right, whose right-hand side (input 1) is a constant fp32 tensor.
    /// </summary>
    public static bool HasConstantWeights(this Node node) =>
        node.Op is Conv or MatMul && node.Input(1) is { Constant.Type: ElementType.F32 } weights && (node.Op is Conv || weights.Rank == 2);

    /// <summary>Of a product with constant weights.</summary>
    public static int OutputChannels(this Node node) =>
        checked((int)(node.Op is Conv ? node.Input(1).Shape[0] : node.Input(1).Shape[^1]).Value);

    /// <summary>True for a MatMul of two fp32 values of the run, the scores of an attention for example; a bias is constant.</summary>
    public static bool MultipliesActivations(this Node node) =>
        node.Op is MatMul && IsActivation(node.Input(0)) && IsActivation(node.Input(1))
            && node.InputOrNull(2) is null or { Constant: not null };

    /// <summary>
    /// True for a recurrence whose weights R (input 1) are a constant fp32 tensor: it multiplies its own states, which are no value of the
    /// graph.
    /// </summary>
    public static bool HasRecurrentWeights(this Node node) => node.Op is Recurrence && node.Input(1) is { Constant.Type: ElementType.F32 };

    /// <summary>One filter for each channel.</summary>
    public static bool IsDepthwise(this Node node) =>
        node.Op is Conv { Groups: > 1 } conv && node.Input(1).Shape[1] == IntExpr.One && node.Input(1).Shape[0] == conv.Groups;

    /// <summary>
    /// True for convolutions of constant weights over one or two dimensions: weights are packed, and there are several precisions.
    /// </summary>
    public static bool HasPackedKernel(this Node node) =>
        node.Op is Conv { Strides.Count: 1 or 2 } && node.Input(1).Constant is not null
            && node.InputOrNull(2) is null or { Constant: not null };

    private static bool IsActivation(Value value) => value is { Constant: null, Type.Element: ElementType.F32 };
}

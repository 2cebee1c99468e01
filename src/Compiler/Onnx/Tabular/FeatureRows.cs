using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Tabular;

/// <summary>The first input of an operator on tables: a row of features for each sample. A vector is one row.</summary>
internal static class FeatureRows
{
    /// <summary>In the type in which ONNX Runtime computes with them: fp32.</summary>
    public static Value Single(OnnxNode node) => Matrix(node, new Formula(node).Cast(Number(node), ElementType.F32));

    /// <summary>As they are compared with fractions: doubles and integers in fp64, which holds both.</summary>
    public static Value Exact(OnnxNode node)
    {
        var x = Number(node);
        return Matrix(node, x.Type.Element == ElementType.F32 ? x : new Formula(node).Cast(x, ElementType.F64));
    }

    /// <summary>An input of one of the four types that the domain knows for numbers.</summary>
    public static Value Number(OnnxNode node, int input = 0) =>
        node.Require(node.Input(input), ElementType.F32, ElementType.F64, ElementType.I64, ElementType.I32);

    /// <summary>How many features a row has.</summary>
    /// <exception cref="MixPrecException">MXP3008: that is not known when the model is built.</exception>
    public static int Features(OnnxNode node, Value rows) =>
        rows.Shape[1] is { IsConstant: true, Value: <= int.MaxValue } count ? (int)count.Value
        : throw node.Unsupported($"the number of features, '{rows.Shape[1]}', has to be known when the model is built");

    private static Value Matrix(OnnxNode node, Value x) => x.Rank switch
    {
        2 => x,
        1 => new Formula(node).Reshape(x, 1, x.Shape[0]),
        _ => throw node.Invalid($"{x.Type} is no table of rows"),
    };
}

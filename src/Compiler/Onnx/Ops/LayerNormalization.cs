using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// (x − mean) / √(variance + epsilon) · scale + bias over the dimensions from an axis on; 16-bit floats are computed in single precision.
/// Opset 17.
/// </summary>
internal static class LayerNormalization
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var f = new Formula(node);
        if (node.Attributes.Int("stash_type") is not (null or 1))
        {
            throw node.NotSupported("statistics in another type than fp32");
        }

        var x = f.RequiredSingle(0);
        int axis = node.Axis(node.Attributes.Int("axis") ?? -1, x.Rank);
        float epsilon = node.Attributes.Float("epsilon") ?? 1e-5f;
        var y = f.Mul(f.Normalize(x, axis, epsilon, centered: true), f.RequiredSingle(1));
        y = f.Single(2) is { } bias ? f.Add(y, bias) : y;
        var result = f.Result(f.Cast(y, node.Input(0).Type.Element));
        if (!node.IsOutputUsed(1) && !node.IsOutputUsed(2))
        {
            return [result];
        }

        var (_, factor, mean) = f.Statistics(x, Enumerable.Range(axis, x.Rank - axis), epsilon, centered: true);
        return [result, f.Result(mean!, 1), f.Result(factor, 2)];
    }
}

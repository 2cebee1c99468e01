using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// (x − mean) / √(variance + epsilon) of each group of channels, then scale and bias: one for each group in opset 18, for each channel
/// since 21.
/// </summary>
internal static class GroupNormalization
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        node.Attributes.Ignore("stash_type");
        var f = new Formula(node);
        var (x, scale, bias) = (f.RequiredSingle(0), f.RequiredSingle(1), f.RequiredSingle(2));
        long groups = node.Attributes.Int("num_groups") ?? throw node.Invalid("attribute 'num_groups' is missing");
        if (x.Rank < 3 || groups < 1 || x.Shape[1].DivideExactly(groups) is not { } channels)
        {
            throw node.Invalid($"{x.Type} cannot be divided into {groups} groups of channels");
        }

        IntExpr[] grouped = [x.Shape[0], groups, channels, .. x.Shape.Skip(2)];
        var y = f.Normalize(f.Reshape(x, grouped), 2, node.Attributes.Float("epsilon") ?? 1e-5f, centered: true);
        bool perGroup = node.Opset < 21;
        y = perGroup ? y : f.Reshape(y, x.Shape);
        y = f.Add(f.Mul(y, f.Along(scale, 1, y.Rank)), f.Along(bias, 1, y.Rank));
        return [f.Result(f.Cast(f.Reshape(y, x.Shape), node.Input(0).Type.Element))];
    }
}

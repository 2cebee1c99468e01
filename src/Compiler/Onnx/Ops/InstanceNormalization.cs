using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>(x − mean) / √(variance + epsilon) · scale + bias of each channel of each sample. Opset 1, 6, 22.</summary>
internal static class InstanceNormalization
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        node.Attributes.Ignore("consumed_inputs");
        var f = new Formula(node);
        var (x, scale, bias) = (f.RequiredSingle(0), f.RequiredSingle(1), f.RequiredSingle(2));
        if (x.Rank < 3 || scale.Rank != 1 || bias.Rank != 1)
        {
            throw node.Invalid($"scale {scale.Type} and bias {bias.Type} do not fit {x.Type}");
        }

        var y = f.Normalize(x, 2, node.Attributes.Float("epsilon") ?? 1e-5f, centered: true);
        return [f.Result(f.Cast(f.Add(f.Mul(y, f.Along(scale, 1, x.Rank)), f.Along(bias, 1, x.Rank)), node.Input(0).Type.Element))];
    }
}

using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// x / (bias + alpha/size · Σ x²)^beta, the sum over neighbouring channels: a mean over windows of channels that counts padding. Opset 1,
/// 13.
/// </summary>
internal static class LRN
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var f = new Formula(node);
        var x = f.RequiredSingle(0);
        var (alpha, beta, bias) = (node.Attributes.Float("alpha") ?? 1e-4f, node.Attributes.Float("beta") ?? 0.75f,
            node.Attributes.Float("bias") ?? 1);
        int size = (node.Attributes.Int("size") ?? 0) is > 0 and < 1 << 20 and var given ? (int)given
            : throw node.Invalid("size is missing or out of range");
        if (x.Rank < 2)
        {
            throw node.Invalid($"{x.Type} has no channels");
        }

        var squares = f.Reshape(f.Mul(x, x), x.Shape[0], 1, x.Shape[1], IntExpr.Product(x.Shape.Skip(2)));
        var mean = node.AddPart("mean",
            new Pool(PoolKind.Average, [size, 1], [1, 1], [(size - 1) / 2, 0], [size / 2, 0], [1, 1], CeilMode: false, CountPadding: true),
            squares);
        var divisor = f.Apply(BinaryKind.Pow, f.Add(f.Mul(f.Reshape(mean, x.Shape), f.Number(alpha)), f.Number(bias)), f.Number(beta));
        return [f.Result(f.Cast(f.Div(x, divisor), node.Input(0).Type.Element))];
    }
}

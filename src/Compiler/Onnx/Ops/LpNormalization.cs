using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>x / (Σ |x|ᵖ)^(1/p) along an axis for p = 1 or 2; where the sum is 0 the result is 0. Opset 1, 22.</summary>
internal static class LpNormalization
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var f = new Formula(node);
        var x = f.RequiredSingle(0);
        int axis = node.Axis(node.Attributes.Int("axis") ?? -1, x.Rank);
        var norm = (node.Attributes.Int("p") ?? 2) switch
        {
            1 => f.Reduce(ReduceKind.Sum, f.Apply(UnaryKind.Abs, x), axis),
            2 => f.Apply(UnaryKind.Sqrt, f.Reduce(ReduceKind.Sum, f.Mul(x, x), axis)),
            var p => throw node.Invalid($"p is {p}, not 1 or 2"),
        };
        var one = f.Where(f.Compare(CompareKind.Equal, norm, f.Number(0)), f.Number(1), norm);
        return [f.Result(f.Cast(f.Div(x, one), node.Input(0).Type.Element))];
    }
}

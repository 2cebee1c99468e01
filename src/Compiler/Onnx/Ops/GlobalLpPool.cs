using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>(Σ |x|ᵖ)^(1/p) over all positions of each channel. Opset 1, 2 (p is an integer), 22.</summary>
internal static class GlobalLpPool
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var f = new Formula(node);
        var x = f.RequiredSingle(0);
        float p = LpPool.Power(node);
        var sum = f.Reduce(ReduceKind.Sum, f.Apply(BinaryKind.Pow, f.Apply(UnaryKind.Abs, x), f.Number(p)),
            Enumerable.Range(2, x.Rank - 2));
        return [f.Result(f.Cast(f.Apply(BinaryKind.Pow, sum, f.Number(1 / p)), node.Input(0).Type.Element))];
    }
}

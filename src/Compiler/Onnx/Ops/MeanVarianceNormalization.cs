using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>(x − mean) / (√variance + 1e-9) over axes, by default all but the channels. Opset 9, 13.</summary>
internal static class MeanVarianceNormalization
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var f = new Formula(node);
        var x = f.RequiredSingle(0);
        int[] axes = node.Axes(node.Attributes.Ints("axes") ?? [0, 2, 3], x.Rank);
        var difference = f.Sub(x, f.Reduce(ReduceKind.Mean, x, axes));
        var deviation = f.Apply(UnaryKind.Sqrt, f.Reduce(ReduceKind.Mean, f.Mul(difference, difference), axes));
        return [f.Result(f.Cast(f.Div(difference, f.Add(deviation, f.Number(1e-9f))), node.Input(0).Type.Element))];
    }
}

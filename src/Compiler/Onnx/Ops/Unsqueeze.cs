using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Inserts dimensions of 1 at axes of the result. Opset 1, 11 (negative axes), 13 (axes are an input), 21…25.</summary>
internal static class Unsqueeze
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var x = node.Input(0);
        var named = (node.Opset < 13 ? node.Attributes.Ints("axes") : node.ConstantIntegers(1))
            ?? throw node.Invalid("the axes are missing");
        int rank = x.Rank + named.Count;
        int[] axes = node.Axes(named, rank);
        var rest = new Queue<IntExpr>(x.Shape);
        return [node.Add(new Graphs.Ops.Reshape([.. Enumerable.Range(0, rank)
            .Select(i => axes.Contains(i) ? IntExpr.One : rest.Dequeue())]), x)];
    }
}

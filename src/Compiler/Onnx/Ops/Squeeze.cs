using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Drops dimensions of 1; without axes all of them. Opset 1, 11 (negative axes), 13 (axes are an input), 21…25.</summary>
internal static class Squeeze
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var x = node.Input(0);
        var named = node.Opset < 13 ? node.Attributes.Ints("axes") : node.ConstantIntegers(1);
        int[] axes = named is null ? [.. Enumerable.Range(0, x.Rank).Where(i => x.Shape[i] == IntExpr.One)] : node.Axes(named, x.Rank);
        return axes.Any(a => x.Shape[a].IsConstant && x.Shape[a].Value != 1)
            ? throw node.Invalid($"{x.Type} has another size than 1 along axes [{string.Join(", ", axes)}]")
            : [node.Add(new Graphs.Ops.Reshape([.. x.Shape.Where((_, i) => !axes.Contains(i))]), x)];
    }
}

using MixPrec.Compiler.Graphs;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Repeats the whole tensor along each dimension: each dimension is split into (repeats, size). Opset 6, 13.</summary>
internal static class Tile
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (formula, x) = (new Formula(node), node.Input(0));
        var repeats = node.Integers(1) ?? throw node.Invalid("the repeats are missing");
        if (repeats.Count != x.Rank)
        {
            throw node.Invalid($"{Counted.Format(repeats.Count, "repeat")} for {x.Type}");
        }

        // Only repeated dimensions are split, for kernels walk at most 8.
        var split = x.Shape.SelectMany((s, d) => repeats[d] == IntExpr.One ? new[] { s } : [IntExpr.One, s]);
        var repeated = x.Shape.SelectMany((s, d) => repeats[d] == IntExpr.One ? new[] { s } : [repeats[d], s]);
        var all = formula.Expand(formula.Reshape(x, split), repeated);
        return [node.Add(new Graphs.Ops.Reshape([.. x.Shape.Select((s, d) => s * repeats[d])]), all)];
    }
}

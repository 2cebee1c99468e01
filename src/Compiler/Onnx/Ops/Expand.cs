using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Repeats by broadcasting with a shape. Opset 8, 13.</summary>
internal static class Expand
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (x, given) = (node.Input(0), node.Integers(1) ?? throw node.Invalid("the shape is missing"));

        // Ranks and ones as the result has them; what else differs is for the operation to compare.
        var shape = Broadcasting.Shape(x.Shape, given);
        return [node.Add(new Graphs.Ops.Expand([.. shape.Select((size, i) =>
            i - shape.Count + given.Count is var own && own >= 0 && given[own] != IntExpr.One ? given[own] : size)]), x)];
    }
}

using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>A matrix whose rows are the dimensions before the axis. Opset 1, 9 (all types), 11 (negative axis), 13, 21.</summary>
internal static class Flatten
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var x = node.Input(0);
        long axis = node.Attributes.Int("axis") ?? 1;
        int split = axis == x.Rank ? x.Rank : node.Axis(axis, x.Rank);
        return [node.Add(new Graphs.Ops.Reshape([IntExpr.Product(x.Shape.Take(split)), IntExpr.Product(x.Shape.Skip(split))]), x)];
    }
}

using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Running sums along an axis. Opset 11, 14 (bf16).</summary>
internal static class CumSum
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var x = Elementwise.RequireNumber(node, node.Input(0));
        int axis = node.Axis(node.ConstantInteger(1) ?? throw node.Invalid("the axis is missing"), x.Rank);
        return [node.Add(new Graphs.Ops.CumSum(axis, node.Attributes.Flag("exclusive"), node.Attributes.Flag("reverse")), x)];
    }
}

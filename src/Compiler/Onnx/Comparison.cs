using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>The forms that comparisons and logic share (broadcasting since opset 7).</summary>
internal static class Comparison
{
    /// <summary>Of numbers; equality also of truth values.</summary>
    public static IReadOnlyList<Value> OfNumbers(OnnxNode node, CompareKind function)
    {
        var (a, b) = (node.Input(0), node.Input(1));
        return [node.Add(new Compare(function), function == CompareKind.Equal
            && a.Type.Element == ElementType.Bool ? a : Elementwise.RequireNumber(node, a), b)];
    }

    public static IReadOnlyList<Value> OfTruths(OnnxNode node, CompareKind function) =>
        [node.Add(new Compare(function), node.Input(0, ElementType.Bool), node.Input(1, ElementType.Bool))];
}

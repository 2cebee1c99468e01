using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx;

/// <summary>The two meanings of the axis of Softmax and LogSoftmax: before opset 13 all dimensions from the axis on are one.</summary>
internal static class SoftmaxAxis
{
    public static IReadOnlyList<Value> Import(OnnxNode node, bool logarithm)
    {
        var x = node.Input(0, ElementType.F32);
        int axis = node.Axis(node.Attributes.Int("axis") ?? (node.Opset < 13 ? 1 : -1), x.Rank);
        if (node.Opset >= 13 || axis == x.Rank - 1)
        {
            return [node.Add(new Softmax(axis, logarithm), x)];
        }

        var matrix = node.AddPart("matrix", new Reshape([IntExpr.Product(x.Shape.Take(axis)), IntExpr.Product(x.Shape.Skip(axis))]), x);
        return [node.Add(new Reshape(x.Shape), node.AddPart("rows", new Softmax(1, logarithm), matrix))];
    }
}

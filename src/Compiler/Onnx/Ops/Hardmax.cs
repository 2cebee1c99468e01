using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// 1 at the first largest element along an axis, 0 elsewhere. Opset 1, 11 (negative axis), 13 (one axis instead of a flattened matrix).
/// </summary>
internal static class Hardmax
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (formula, x) = (new Formula(node), node.Input(0, ElementType.F32));
        int axis = node.Axis(node.Attributes.Int("axis") ?? (node.Opset < 13 ? 1 : -1), x.Rank);
        var matrix = node.Opset >= 13 ? x : formula.Reshape(x, IntExpr.Product(x.Shape.Take(axis)), IntExpr.Product(x.Shape.Skip(axis)));
        int along = node.Opset >= 13 ? axis : 1;
        var largest = node.AddPart("largest", new ArgExtreme(along, Largest: true, Last: false), matrix);
        var hit = formula.Compare(CompareKind.Equal, largest, formula.Positions(matrix.Shape[along], along, matrix.Rank));
        return [node.Add(new Graphs.Ops.Reshape(x.Shape), formula.Cast(hit, ElementType.F32))];
    }
}

using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>on where the position along the new axis is the index, off elsewhere. Opset 9, 11 (negative indices).</summary>
internal static class OneHot
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (formula, indices, values) = (new Formula(node), Elementwise.RequireNumber(node, node.Input(0)), node.Input(2));
        var depth = node.ConstantNumber(1) is { } number ? IntExpr.Constant((long)number) : throw node.Invalid("the depth is missing");
        int axis = node.Axis(node.Attributes.Int("axis") ?? -1, indices.Rank + 1);
        var wanted = formula.Reshape(formula.Counted(indices, depth),
            [.. indices.Shape.Take(axis), IntExpr.One, .. indices.Shape.Skip(axis)]);
        var hit = formula.Compare(CompareKind.Equal, wanted, formula.Positions(depth, axis, indices.Rank + 1));
        return [node.Add(new Graphs.Ops.Where(), hit, formula.Slice(values, 0, 1, 1), formula.Slice(values, 0, 0, 1))];
    }
}

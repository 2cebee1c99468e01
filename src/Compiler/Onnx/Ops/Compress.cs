using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Keeps the slices whose condition is true. Opset 9, 11 (negative axis).</summary>
internal static class Compress
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (formula, x) = (new Formula(node), node.Input(0));
        var condition = node.Input(1, ElementType.Bool);
        var axis = node.Attributes.Int("axis");
        if (axis is null)
        {
            x = formula.Reshape(x, x.Type.Length);
        }

        int along = node.Axis(axis ?? 0, x.Rank);
        if (condition.Rank != 1 || (x.Shape[along] - condition.Shape[0]) is { IsConstant: true, Value: < 0 })
        {
            throw node.Invalid($"conditions {condition.Type} do not fit axis {along} of {x.Type}");
        }

        var kept = NonZero.Indices(node, condition);
        return [formula.Result(formula.Gather(x, formula.Reshape(kept, kept.Shape[1]), along))];
    }
}

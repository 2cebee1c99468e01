using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>Keeps the slices whose condition is true; the condition has to be known, for the size of the result follows from it. Opset 9, 11 (negative axis).</summary>
internal static class Compress
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (formula, x) = (new Formula(node), node.Input(0));
        node.Input(1, ElementType.Bool);
        var condition = node.ConstantTensor(1)!;
        var axis = node.Attributes.Int("axis");
        if (axis is null)
        {
            x = formula.Reshape(x, x.Type.Length);
        }

        int along = node.Axis(axis ?? 0, x.Rank);
        long[] kept = [.. condition.ToInt64().Select((wanted, i) => (Wanted: wanted != 0, Position: (long)i)).Where(c => c.Wanted).Select(c => c.Position)];
        if (condition.Rank != 1 || (x.Shape[along].IsConstant && condition.Length > x.Shape[along].Value))
        {
            throw node.Invalid($"{condition.Length} conditions do not fit axis {along} of {x.Type}");
        }

        return [formula.Result(formula.Gather(x, node.Constant("kept", Tensor.Of(kept, kept.Length)), along))];
    }
}

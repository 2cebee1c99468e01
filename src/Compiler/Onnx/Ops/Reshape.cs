using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// The shape is an input that may hold 0 (keep the dimension) and one −1 (whatever remains). Opset 5, 13, 14 (allowzero), 19, 21.
/// </summary>
internal static class Reshape
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var x = node.Input(0);
        bool zeroIsZero = node.Attributes.Flag("allowzero");
        IntExpr[] shape = [.. node.Integers(1) ?? throw node.Invalid("the shape is missing")];
        int open = -1;
        for (int i = 0; i < shape.Length; i++)
        {
            if (shape[i] == IntExpr.Zero && !zeroIsZero)
            {
                shape[i] = i < x.Rank ? x.Shape[i] : throw node.Invalid($"shape entry {i} is 0, but {x.Type} has no such dimension");
            }
            else if (shape[i].IsConstant && shape[i].Value < 0)
            {
                open = shape[i].Value == -1 && open < 0 ? i : throw node.Invalid("the shape holds a second −1 or another negative number");
            }
        }

        if (open >= 0)
        {
            shape[open] = Remaining(node, x, IntExpr.Product(shape.Where((_, i) => i != open)));
        }

        return [node.Add(new Graphs.Ops.Reshape(shape), x)];
    }

    private static IntExpr Remaining(OnnxNode node, Value x, IntExpr known)
    {
        var total = x.Type.Length;
        return known == IntExpr.Zero || (total.IsConstant && known.IsConstant && total.Value % known.Value != 0)
            ? throw node.Invalid($"{x.Type} cannot be divided into {known} parts")
            : IntExpr.FloorDiv(total, known);
    }
}

using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// y = x + bias below −lambd, x − bias above lambd, 0 between; 0.5 and 0 when absent. Integers are moved as integers where the bias is
/// whole. Opset 9.
/// </summary>
internal static class Shrink
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (limit, bias) = (node.Attributes.Float("lambd") ?? 0.5f, node.Attributes.Float("bias") ?? 0);
        if (!node.Input(0).Type.Element.IsInteger())
        {
            return Elementwise.Unary(node, new UnaryFunction(UnaryKind.Shrink, limit, bias));
        }

        var (f, x) = (new Formula(node), Elementwise.RequireInteger(node, node.Input(0)));
        var type = x.Type.Element;
        var wide = f.Cast(x, ElementType.F64);
        var below = f.Compare(CompareKind.Less, wide, f.Number(-limit, ElementType.F64));
        var above = f.Compare(CompareKind.Greater, wide, f.Number(limit, ElementType.F64));
        return [node.Add(new Graphs.Ops.Where(), below, Moved(BinaryKind.Add), f.Where(above, Moved(BinaryKind.Sub), f.Zero(type)))];

        Value Moved(BinaryKind function) => bias == 0 ? x
            : bias > 0 && bias == MathF.Truncate(bias) ? f.Apply(function, x, f.Number(bias, type))
            : f.Cast(f.Apply(function, wide, f.Number(bias, ElementType.F64)), type);
    }
}

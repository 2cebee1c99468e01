using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// y = min(max(x, lowest), highest). Opset 6 (bounds are attributes), 11 (bounds are inputs), 12 (integers), 13 (bf16).
/// Bounds that are data become two operations.
/// </summary>
internal static class Clip
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var x = Elementwise.RequireNumber(node, node.Input(0));
        if (node.Opset < 11 && x.Type.Element == ElementType.F32)
        {
            return Elementwise.Unary(node,
                UnaryFunction.Clip(node.Attributes.Float("min") ?? float.MinValue, node.Attributes.Float("max") ?? float.MaxValue));
        }

        var (lowest, highest) = node.Opset < 11 ? (Bound(node, x, "min"), Bound(node, x, "max")) : (Bound(node, x, 1), Bound(node, x, 2));
        if (x.Type.Element == ElementType.F32 && lowest?.Constant is not null == lowest is not null
            && highest?.Constant is not null == highest is not null)
        {
            return Elementwise.Unary(node,
                UnaryFunction.Clip((float?)node.ConstantNumber(1) ?? float.MinValue, (float?)node.ConstantNumber(2) ?? float.MaxValue));
        }

        var raised = lowest is null ? x : highest is null ? node.Add(new Binary(BinaryKind.Max), x, lowest)
            : node.AddPart("lowest", new Binary(BinaryKind.Max), x, lowest);
        return [highest is null ? raised : node.Add(new Binary(BinaryKind.Min), raised, highest)];
    }

    private static Value? Bound(OnnxNode node, Value x, string attribute) =>
        node.Attributes.Float(attribute) is { } bound ? new Formula(node).Number(bound, x.Type.Element) : null;

    private static Value? Bound(OnnxNode node, Value x, int index) => node.InputOrNull(index) is not { } bound ? null
        : bound.Type.Length == IntExpr.One ? node.AddPart($"bound{index}", new Graphs.Ops.Reshape([]), node.Require(bound, x.Type.Element))
        : throw node.Invalid($"bound {bound.Type} is no single number");
}

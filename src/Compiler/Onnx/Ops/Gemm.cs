using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// y = alpha·A′·B′ + beta·C with A′, B′ transposed on request. Opset 7 (broadcasting), 9 (integers), 11 (C optional), 13 (bf16).
/// Constants absorb the transposition and the factors; a constant C of one row becomes the product's bias.
/// </summary>
internal static class Gemm
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var a = Transposed(node, "transA", Elementwise.RequireFactor(node, node.Input(0)));
        var b = Transposed(node, "transB", node.Input(1, a.Type.Element));
        float alpha = node.Attributes.Float("alpha") ?? 1, beta = node.Attributes.Float("beta") ?? 1;
        if (b.Constant is not null)
        {
            (b, alpha) = (Scaled(node, "rhs", b, alpha), 1);
        }

        var columns = b.Shape[1];
        var c = node.InputOrNull(2) is null ? null : Scaled(node, "addend", node.Input(2, a.Type.Element), beta);
        if (c is null || (alpha == 1 && IsBias(c, columns)))
        {
            return c is null && alpha != 1
                ? [node.Add(new Binary(BinaryKind.Mul), node.AddPart("product", new Graphs.Ops.MatMul(), a, b),
                    Factor(node, "alpha", a.Type.Element, alpha))]
                : [node.Add(new Graphs.Ops.MatMul(), c is null ? [a, b] : [a, b, Bias(node, c, columns)])];
        }

        var product = Scaled(node, "product", node.AddPart("product", new Graphs.Ops.MatMul(), a, b), alpha);
        return Broadcasting.Fits(c.Shape, product.Shape)
            ? [node.Add(new Binary(BinaryKind.Add), product, c)]
            : throw node.Invalid($"C {c.Type} does not broadcast to {product.Type}");
    }

    private static Value Transposed(OnnxNode node, string attribute, Value x) =>
        x.Rank != 2 ? throw node.Invalid($"{x.Type} is no matrix")
        : node.Attributes.Flag(attribute) ? node.AddPart(attribute, new Graphs.Ops.Transpose([1, 0]), x) : x;

    private static Value Scaled(OnnxNode node, string part, Value x, float factor) =>
        factor == 1 ? x : node.AddPart($"{part}/scaled", new Binary(BinaryKind.Mul), x,
            Factor(node, $"{part}/factor", x.Type.Element, factor));

    /// <summary>Integers are scaled by whole numbers alone.</summary>
    private static Value Factor(OnnxNode node, string part, ElementType type, float factor) =>
        type.IsFloat() || factor == MathF.Truncate(factor)
        ? node.Constant(part, new Formula(node).Number(factor, type).Constant!)
        : throw node.NotSupported(FormattableString.Invariant($"the factor {factor} of integers"));

    /// <summary>Infinite elements are added by a step of their own: a bias is scaled and shifted with its product.</summary>
    private static bool IsBias(Value c, IntExpr columns) => c.Constant is { Type: ElementType.F32 } known && FiniteWeights.Holds(known)
        && columns.IsConstant
        && (c.Type.Length == IntExpr.One || (c.Shape[^1] == columns && c.Type.Length == columns));

    private static Value Bias(OnnxNode node, Value c, IntExpr columns) => c.Type.Length == columns
        ? node.AddPart("bias", new Graphs.Ops.Reshape([columns]), c)
        : node.AddPart("bias", new Graphs.Ops.Expand([columns]), node.AddPart("bias", new Graphs.Ops.Reshape([]), c));
}

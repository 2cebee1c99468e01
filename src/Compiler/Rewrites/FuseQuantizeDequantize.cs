using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Rewrites;

/// <summary>
/// Activations that a model quantizes to 8 bits and takes back with the same parameters, one scale and zero point for all, become one
/// operation: the products that read it know the parameters from the model then. All other forms stay the formulas that they are.
/// </summary>
internal static class FuseQuantizeDequantize
{
    public static Graph Apply(Graph graph) => GraphRewriter.Run(graph, (rewriter, node) =>
    {
        if (Codes(node.Output) is not var (codes, scale, zeroPoint) || Source(codes, scale, zeroPoint) is not { } source)
        {
            return false;
        }

        int unsigned = codes.Type.Element == ElementType.I8 ? zeroPoint - sbyte.MinValue : zeroPoint;
        rewriter.Fuse(node, null, new QuantizeDequantize(scale, unsigned), source);
        return true;
    });

    /// <summary>The quantized values q of y = (q − zero point) · scale.</summary>
    private static (Value Codes, float Scale, int ZeroPoint)? Codes(Value y)
    {
        if (y.Operands(BinaryKind.Mul) is not var (numbers, factor) || factor.Scalar() is not { } scale
            || !(scale > 0 && float.IsNormal(scale)) || numbers.CastTo(ElementType.F32) is not { } difference)
        {
            return null;
        }

        var (whole, zero) = difference.Operands(BinaryKind.Sub) is var (left, right) ? (left, right) : (difference, null);
        return whole.CastTo(ElementType.I32) is { Type.Element: ElementType.U8 or ElementType.I8 } codes
            && (zero is null || zero.Constant is { Type: ElementType.I32, Length: 1 })
            ? (codes, scale, zero?.Constant!.Span<int>()[0] ?? 0) : null;
    }

    /// <summary>x when the quantized values are clamp(round(x / scale) + zero point).</summary>
    private static Value? Source(Value codes, float scale, int zeroPoint)
    {
        var (lowest, highest) = codes.Type.Element == ElementType.U8 ? (0f, 255f) : (-128f, 127f);
        if (codes.CastTo(codes.Type.Element)?.Producer is not { Op: Unary { Function: var clip } } clipping
            || clip != UnaryFunction.Clip(lowest, highest))
        {
            return null;
        }

        var shifted = clipping.Input(0);
        var (rounded, zero) = shifted.Operands(BinaryKind.Add) is var (left, right) ? (left, right.Scalar()) : (shifted, 0);
        return zero == zeroPoint && rounded.Argument(UnaryKind.Round)?.Operands(BinaryKind.Div) is var (source, divisor)
            && divisor.Scalar() == scale && source.Type.Element == ElementType.F32
            ? source : null;
    }

    private static Value? CastTo(this Value value, ElementType type) =>
        value.Producer is { Op: Cast cast } node && cast.To == type ? node.Input(0) : null;
}

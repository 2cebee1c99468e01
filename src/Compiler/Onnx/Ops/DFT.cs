using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops;

/// <summary>
/// Discrete Fourier transform along an axis of known size, as a product with its matrix; the last dimension holds real and imaginary parts.
/// Opset 17 (axis is an attribute), 20 (an input).
/// </summary>
internal static class DFT
{
    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (formula, x) = (new Formula(node), node.Input(0, ElementType.F32));
        bool inverse = node.Attributes.Flag("inverse"), half = node.Attributes.Flag("onesided");
        int axis = node.Axis(node.Opset < 20 ? node.Attributes.Int("axis") ?? 1 : node.ConstantInteger(2) ?? -2, x.Rank);
        if (x.Rank < 2 || axis == x.Rank - 1 || x.Shape[^1] is not { IsConstant: true, Value: 1 or 2 } parts
            || (half && inverse != (parts.Value == 2)))
        {
            throw node.Invalid($"{x.Type} is no signal along axis {axis}");
        }

        // The conformance cases expect the rounding of one fp32 algorithm (2e-7 where the sum is 0), further from this product's than their
        // tolerance.
        if (inverse && !half)
        {
            throw node.NotSupported("a complex result of an inverse transform");
        }

        if (!x.Shape[axis].IsConstant)
        {
            throw node.Unsupported($"a signal of '{x.Shape[axis]}' positions");
        }

        long size = x.Shape[axis].Value, length = node.ConstantInteger(1) ?? (half && inverse ? 2 * (size - 1) : size);
        if (length is < 1 or > int.MaxValue)
        {
            throw node.Invalid($"a length of {length}");
        }

        bool real = half && inverse;
        long bins = half && !inverse ? (length / 2) + 1 : length;
        var matrix = real ? FourierMatrix.OfHalf(node, size, length)
            : FourierMatrix.Create(node, size, (int)parts.Value, length, bins, inverse);
        int[] order = [.. Enumerable.Range(0, x.Rank - 1).Where(d => d != axis), axis, x.Rank - 1];
        var last = formula.Transpose(x, order);
        var product = formula.MatMul(formula.Reshape(last, [.. last.Shape.SkipLast(2), size * parts]), node.Constant("matrix", matrix));
        var split = formula.Reshape(product, [.. last.Shape.SkipLast(2), bins, real ? 1 : 2]);
        return [formula.Result(formula.Transpose(split, order.Select((_, d) => Array.IndexOf(order, d))))];
    }
}

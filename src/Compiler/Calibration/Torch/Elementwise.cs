using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using TorchSharp;
using TorchTensor = TorchSharp.torch.Tensor;
using static TorchSharp.torch;

namespace MixPrec.Compiler.Calibration.Torch;

/// <summary>Elementwise functions, softmax, reductions and pooling.</summary>
internal static class Elementwise
{
    /// <summary>The output, or null when the node is of another kind.</summary>
    public static TorchTensor? Evaluate(Node node, Func<int, TorchTensor?> input, IReadOnlyDictionary<string, long> symbols) =>
        node.Op switch
    {
        Unary unary => Functions.Apply(unary.Function, input(0)!),
        Binary binary => Apply(binary.Function, input(0)!, input(1)!),
        Cast cast => input(0)!.to(cast.To.ToTorch()),
        QuantizeDequantize pair => Rounded(pair, input(0)!),
        Softmax softmax => softmax.Logarithm ? torch.nn.functional.log_softmax(input(0)!, softmax.Axis)
            : torch.nn.functional.softmax(input(0)!, softmax.Axis),
        Graphs.Ops.Reduce reduce => Apply(reduce, input(0)!),
        Normalize normalize => Apply(normalize, input(0)!, input(1), input(2)),
        CumSum sums => Sums(sums, input(0)!),
        Pool pool => Pooling.Apply(pool, input(0)!, node.Output.Type.ShapeAt(symbols)),
        _ => null,
    };

    /// <summary>
    /// The gradient passes straight through: that of rounding is 0 almost everywhere, and layers before would seem to cost nothing.
    /// </summary>
    private static TorchTensor Rounded(QuantizeDequantize pair, TorchTensor x)
    {
        var known = x.detach();
        var rounded = (known / pair.Scale).round_().add_(pair.ZeroPoint).clamp_(0,
            QuantizeDequantize.Maximum).sub_(pair.ZeroPoint).mul_(pair.Scale);
        return x.requires_grad ? x + (rounded - known) : rounded;
    }

    private static TorchTensor Sums(CumSum op, TorchTensor x)
    {
        var forward = op.Reverse ? x.flip(op.Axis) : x;
        // Shifted, not subtracted: what is left of a difference of sums would be its rounding error.
        var sums = op.Exclusive ? torch.cat([torch.zeros_like(forward.narrow(op.Axis, 0, 1)),
            forward.cumsum(op.Axis).narrow(op.Axis, 0, x.shape[op.Axis] - 1)], op.Axis) : forward.cumsum(op.Axis);
        return (op.Reverse ? sums.flip(op.Axis) : sums).to(x.dtype);
    }

    /// <summary>
    /// The factor of sums. The operator makes one for each sum, which TorchSharp 0.107 lets be finalized while the native call reads it.
    /// </summary>
    private static readonly Scalar One = 1;

    private static TorchTensor Apply(BinaryKind kind, TorchTensor a, TorchTensor b) => kind switch
    {
        BinaryKind.Add => a.add(b, One),
        BinaryKind.Sub => a - b,
        BinaryKind.Mul => a * b,
        BinaryKind.Div => a.is_floating_point() ? a / b : a.div(b, RoundingMode.trunc),
        BinaryKind.Pow => a.pow(b),
        BinaryKind.PRelu => torch.where(a < 0, a * b, a),
        BinaryKind.Max => torch.maximum(a, b),
        BinaryKind.Min => torch.minimum(a, b),
        BinaryKind.Mod => a.remainder(b),
        BinaryKind.Remainder => a.fmod(b),
        BinaryKind.BitAnd => a.bitwise_and(b),
        BinaryKind.BitOr => a.bitwise_or(b),
        BinaryKind.BitXor => a.bitwise_xor(b),
        BinaryKind.ShiftLeft => a.bitwise_left_shift(b),
        BinaryKind.ShiftRight => a.bitwise_right_shift(b),
        _ => throw new InvalidOperationException($"no meaning for {kind}"),
    };

    private static TorchTensor Apply(Normalize normalize, TorchTensor x, TorchTensor? scale, TorchTensor? bias)
    {
        long[] axes = [.. Enumerable.Range(normalize.Axis, (int)x.dim() - normalize.Axis).Select(a => (long)a)];
        var centered = normalize.Centered ? x - x.mean(axes, keepdim: true) : x;
        var result = centered * (centered.square().mean(axes, keepdim: true) + normalize.Epsilon).rsqrt();
        result = scale is null ? result : result * scale;
        return bias is null ? result : result + bias;
    }

    private static TorchTensor Apply(Graphs.Ops.Reduce reduce, TorchTensor x)
    {
        long[] axes = [.. reduce.Axes.Select(a => (long)a)];
        return axes.Length == 0 ? x.clone() : reduce.Function switch
        {
            ReduceKind.Mean => x.mean(axes, reduce.KeepDimensions),
            ReduceKind.Sum => x.sum(axes, reduce.KeepDimensions),
            ReduceKind.Max => x.amax(axes, reduce.KeepDimensions),
            ReduceKind.Min => x.amin(axes, reduce.KeepDimensions),
            _ => axes.OrderDescending().Aggregate(x, (y, axis) => y.prod(axis, reduce.KeepDimensions)),
        };
    }
}

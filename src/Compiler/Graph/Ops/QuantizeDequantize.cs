using MixPrec.Plan;

namespace MixPrec.Compiler.Graphs.Ops;

/// <summary>
/// y = scale · (clamp(rint(x / scale) + zeroPoint, 0, 255) − zeroPoint): what a QuantizeLinear and the DequantizeLinear behind it make of
/// activations. Signed codes are these less 128.
/// </summary>
internal sealed record QuantizeDequantize(float Scale, int ZeroPoint) : Op
{
    /// <summary>The largest code.</summary>
    public const int Maximum = 255;

    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs) => [inputs[0]!];

    public override IReadOnlyList<Tensor>? Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        var result = Tensor.Zeros(ElementType.F32, inputs[0]!.Shape);
        var x = inputs[0]!.Span<float>();
        var y = result.Writable<float>();
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = Scale * (Math.Clamp(MathF.Round(x[i] / Scale, MidpointRounding.ToEven) + ZeroPoint, 0, Maximum) - ZeroPoint);
        }

        return [result];
    }
}

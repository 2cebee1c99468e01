using MixPrec.Compiler.Conditioning;

namespace MixPrec.Experiments.Emulation;

/// <summary>
/// v = x·W + b for one x, by any accumulator; what one caller has asked for is kept for the next. The columns hold W/unit and b/unit with a
/// power of two, which places the sums in the range of a narrow format and changes no significand; results are multiplied by it.
/// </summary>
/// <param name="x">[rows, depth].</param>
internal sealed class Products(float[] x, PackedColumns weights, float[] bias, float unit = 1)
{
    private readonly Dictionary<Accumulator, float[]> _products = [];
    private readonly Dictionary<Numerator, float[]?> _numerators = [];

    public float[] X => x;

    public PackedColumns Weights => weights;

    public float[] Bias => bias;

    public float Unit => unit;

    /// <summary>What reads v, where that is the softmax of an attention.</summary>
    public AttentionSoftmax? Softmax { get; init; }

    /// <summary>Terms of the sums of each row, where zeros of x are no work; null where every row has all.</summary>
    public int[]? Terms { get; init; }

    /// <summary>Multiply-adds that a component costs: none where a mask takes it out.</summary>
    public int Work(int component) => Softmax?.IsMasked(component) == true ? 0 : Terms?[component / weights.Channels] ?? weights.Depth;

    /// <summary>v [rows, channels].</summary>
    public float[] All(Accumulator accumulator) =>
        _products.TryGetValue(accumulator, out var known) ? known : _products[accumulator] = Compute(accumulator, null);

    /// <summary>v where wanted; other components have any value.</summary>
    public float[] Some(Accumulator accumulator, bool[] wanted) =>
        _products.TryGetValue(accumulator, out var known) ? known : Compute(accumulator, wanted);

    /// <summary>See <see cref="Emulation.Numerators"/>.</summary>
    public float[]? Numerators(Numerator numerator) =>
        _numerators.TryGetValue(numerator, out var known) ? known : _numerators[numerator] =
            Emulation.Numerators.Compute(numerator, x, weights, bias) is { } computed ? Scaled(computed) : null;

    private float[] Compute(Accumulator accumulator, bool[]? wanted)
    {
        var values = new float[x.Length / weights.Depth * weights.Channels];
        EmulatedProduct.Run(accumulator, x, weights, bias, values, wanted);
        return Scaled(values);
    }

    private float[] Scaled(float[] values)
    {
        for (int i = 0; unit != 1 && i < values.Length; i++)
        {
            values[i] *= unit;
        }

        return values;
    }
}

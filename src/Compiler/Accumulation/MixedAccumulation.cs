using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Accumulation;

/// <summary>
/// The accumulation algorithm of arXiv 2503.15568: every component in the low accumulator, an estimate of its condition number from that
/// result, and the badly conditioned ones once more in the high accumulator.
/// </summary>
internal sealed record MixedAccumulation(Accumulator Low, Accumulator High, RecomputeRule Rule)
{
    /// <returns>v [rows, channels] and which components are of the high accumulator.</returns>
    public (float[] Values, bool[] Recomputed) Run(UnaryFunction? activation, float[] x, PackedColumns weights, float[] bias)
    {
        var values = new float[x.Length / weights.Depth * weights.Channels];
        EmulatedProduct.Run(Low, x, weights, bias, values);
        var flags = Rule.Flags(activation, values, ProductCondition.Numerators(Rule.Numerator, x, weights, bias), Low.Format.UnitRoundoff);
        var high = new float[values.Length];
        EmulatedProduct.Run(High, x, weights, bias, high, flags);
        return (Blend(values, high, flags), flags);
    }

    /// <summary>Components of <paramref name="high"/> where flagged, else of <paramref name="low"/>.</summary>
    public static float[] Blend(float[] low, float[] high, bool[] flags)
    {
        var values = new float[low.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = flags[i] ? high[i] : low[i];
        }

        return values;
    }
}

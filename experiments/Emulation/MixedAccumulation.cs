using MixPrec.Compiler.Conditioning;
using MixPrec.Compiler.Graphs;

namespace MixPrec.Experiments.Emulation;

/// <summary>
/// The accumulation algorithm of arXiv 2503.15568: every component in the low accumulator, an estimate of its condition number from that
/// result, and the badly conditioned ones once more in the high accumulator.
/// </summary>
internal sealed record MixedAccumulation(Accumulator Low, Accumulator High, RecomputeRule Rule)
{
    /// <returns>v [rows, channels] and which components are of the high accumulator.</returns>
    public (float[] Values, bool[] Recomputed) Run(UnaryFunction? activation, Products products)
    {
        float[] low = products.All(Low);
        var numerators = products.Numerators(Rule.Numerator);
        var flags = products.Softmax is { } softmax ? softmax.Flags(Rule, low, numerators)
            : Rule.Flags(activation, low, numerators, Low.Format.UnitRoundoff);
        return (Blend(products, flags), flags);
    }

    /// <summary>Components of the high accumulator where flagged, else of the low one.</summary>
    public float[] Blend(Products products, bool[] flags)
    {
        float[] values = [.. products.All(Low)], high = products.Some(High, flags);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = flags[i] ? high[i] : values[i];
        }

        return values;
    }
}

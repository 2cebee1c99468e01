namespace MixPrec.Experiments.Emulation;

/// <summary>
/// The decision of <see cref="MixedAccumulation"/> once for each output channel: columns are packed in the order low, high, so that each
/// accumulator has contiguous panels and nothing is tested at run time; results return to their channel's place. A component's sum runs
/// over the same terms in the same order wherever its column stands, so the order of columns changes no bit.
/// </summary>
internal sealed class StaticAccumulation
{
    private readonly Panel[] _panels;
    private readonly float _unit;

    /// <param name="highChannels">[channels]: true for the high accumulator.</param>
    /// <exception cref="ArgumentException">An accumulator draws its roundings: draws belong to a column's place.</exception>
    /// <param name="unit">See <see cref="Products"/>.</param>
    public StaticAccumulation(Accumulator low, Accumulator high, PackedColumns weights, float[] bias, float unit, bool[] highChannels)
    {
        if (low.Seed is not null || high.Seed is not null)
        {
            throw new ArgumentException("stochastic rounding depends on the order of channels");
        }

        _unit = unit;
        Order = [.. Enumerable.Range(0, highChannels.Length).OrderBy(c => highChannels[c])];
        int lows = highChannels.Count(h => !h);
        _panels = [.. new[] { (low, Order[..lows]), (high, Order[lows..]) }.Where(p => p.Item2.Length > 0).Select(p =>
            new Panel(p.Item1, p.Item2, PackedColumns.Pack(weights.Depth, p.Item2.Length, (k, c) => weights[k, p.Item2[c]]),
                [.. p.Item2.Select(c => bias[c])]))];
    }

    /// <summary>The channel at each place of the packed columns: first those of the low accumulator.</summary>
    public int[] Order { get; }

    /// <summary>Channels whose components were flagged in at least half of the calibration rows.</summary>
    /// <param name="flags">[rows, channels] of the dynamic rule.</param>
    public static bool[] Decide(bool[] flags, int channels)
    {
        int rows = flags.Length / channels;
        return [.. Enumerable.Range(0, channels).Select(c => 2 * Enumerable.Range(0, rows).Count(r => flags[(r * channels) + c]) >= rows)];
    }

    /// <summary>v [rows, channels] in the channels' own order.</summary>
    public float[] Run(float[] x)
    {
        int channels = Order.Length;
        var values = new float[x.Length / _panels[0].Weights.Depth * channels];
        foreach (var panel in _panels)
        {
            int width = panel.Channels.Length;
            var part = new float[values.Length / channels * width];
            EmulatedProduct.Run(panel.Accumulator, x, panel.Weights, panel.Bias, part);
            for (int i = 0; i < part.Length; i++)
            {
                values[(i / width * channels) + panel.Channels[i % width]] = part[i] * _unit;
            }
        }

        return values;
    }

    private sealed record Panel(Accumulator Accumulator, int[] Channels, PackedColumns Weights, float[] Bias);
}

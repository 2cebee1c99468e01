using MixPrec.Experiments.Emulation;

namespace MixPrec.Experiments.Accumulation;

/// <summary>A way to accumulate all products of a network.</summary>
internal abstract class Scheme
{
    private const double LowCost = 0.5;

    /// <summary>Multiply-adds of components of the high accumulator so far, and of all.</summary>
    private long _high, _all;

    /// <summary>Share of the multiply-adds whose component is of the high accumulator.</summary>
    public double HighShare => _all == 0 ? 0 : (double)_high / _all;

    /// <summary>Of a multiply-add, with 1 for the high accumulator and ½ for the low one.</summary>
    public virtual double Cost => LowCost + HighShare;

    public float[]? Run(EmulatedLayer layer, int group, Products products)
    {
        var (values, high) = Accumulate(layer, group, products);
        for (int i = 0; i < values?.Length; i++)
        {
            _all += products.Work(i);
            _high += high?[i] == true ? products.Work(i) : 0;
        }

        return values;
    }

    /// <returns>The components, and which are of the high accumulator; null for none.</returns>
    protected abstract (float[]? Values, bool[]? High) Accumulate(EmulatedLayer layer, int group, Products products);

    /// <summary>One accumulator, or fp32 for null.</summary>
    internal sealed class Uniform(Accumulator? accumulator, double cost) : Scheme
    {
        public override double Cost => cost;

        protected override (float[]? Values, bool[]? High) Accumulate(EmulatedLayer layer, int group, Products products) =>
            (accumulator is null ? null : products.All(accumulator), null);
    }

    /// <param name="mixed">For each layer.</param>
    internal sealed class Mixed(Func<EmulatedLayer, MixedAccumulation> mixed) : Scheme
    {
        public MixedAccumulation Of(EmulatedLayer layer) => mixed(layer);

        /// <summary>Of the last batch.</summary>
        public Dictionary<(EmulatedLayer Layer, int Group), bool[]> Flags { get; } = [];

        protected override (float[]? Values, bool[]? High) Accumulate(EmulatedLayer layer, int group, Products products)
        {
            var (values, recomputed) = mixed(layer).Run(layer.Activation, products);
            Flags[(layer, group)] = recomputed;
            return (values, recomputed);
        }
    }

    /// <summary>The control: as many components of each layer as <paramref name="like"/> recomputed in the same batch, but any.</summary>
    internal sealed class Random(Mixed like) : Scheme
    {
        private readonly System.Random _random = new(20250315);

        protected override (float[]? Values, bool[]? High) Accumulate(EmulatedLayer layer, int group, Products products)
        {
            bool[] flags = [.. like.Flags[(layer, group)]];
            int[] read = [.. Enumerable.Range(0, flags.Length).Where(i => products.Work(i) > 0)];
            bool[] drawn = [.. read.Select(i => flags[i])];
            _random.Shuffle(drawn);
            for (int i = 0; i < read.Length; i++)
            {
                flags[read[i]] = drawn[i];
            }

            return (like.Of(layer).Blend(products, flags), flags);
        }
    }

    /// <summary>
    /// Decided for each channel from the flags of <paramref name="calibrated"/>, which has run on calibration samples; nothing is computed
    /// twice.
    /// </summary>
    internal sealed class Static(Mixed calibrated) : Scheme
    {
        private readonly Dictionary<(EmulatedLayer Layer, int Group), (StaticAccumulation Product, bool[] High)> _products = [];

        public override double Cost => LowCost + ((1 - LowCost) * HighShare);

        protected override (float[]? Values, bool[]? High) Accumulate(EmulatedLayer layer, int group, Products products)
        {
            if (!_products.TryGetValue((layer, group), out var known))
            {
                var channels = StaticAccumulation.Decide(calibrated.Flags[(layer, group)], products.Weights.Channels);
                var mixed = calibrated.Of(layer);
                known = _products[(layer, group)] =
                    (new StaticAccumulation(mixed.Low, mixed.High, products.Weights, products.Bias, products.Unit, channels), channels);
            }

            var values = known.Product.Run(products.X);
            return (values, [.. Enumerable.Range(0, values.Length).Select(i => known.High[i % known.High.Length])]);
        }
    }
}

namespace MixPrec.Compiler.Accumulation.Experiment;

/// <summary>A way to accumulate all products of a network.</summary>
internal abstract class Scheme
{
    private const double LowCost = 0.5;

    /// <summary>Components of the high accumulator so far, and all, both weighted with the terms of their sums.</summary>
    private long _high, _all;

    /// <summary>Share of the multiply-adds whose component is of the high accumulator.</summary>
    public double HighShare => _all == 0 ? 0 : (double)_high / _all;

    /// <summary>Of a multiply-add, with 1 for the high accumulator and ½ for the low one.</summary>
    public virtual double Cost => LowCost + HighShare;

    public float[]? Run(EmulatedLayer layer, int group, Products products)
    {
        var (values, high) = Accumulate(layer, group, products);
        _high += (long)layer.Depth * high;
        _all += (long)layer.Depth * (values?.Length ?? 0);
        return values;
    }

    /// <returns>The components, and how many are of the high accumulator.</returns>
    protected abstract (float[]? Values, int High) Accumulate(EmulatedLayer layer, int group, Products products);

    /// <summary>One accumulator, or fp32 for null.</summary>
    internal sealed class Uniform(Accumulator? accumulator, double cost) : Scheme
    {
        public override double Cost => cost;

        protected override (float[]? Values, int High) Accumulate(EmulatedLayer layer, int group, Products products) => (accumulator is null ? null : products.All(accumulator), 0);
    }

    internal sealed class Mixed(MixedAccumulation mixed) : Scheme
    {
        public MixedAccumulation Accumulation => mixed;

        /// <summary>Of the last batch.</summary>
        public Dictionary<(EmulatedLayer Layer, int Group), bool[]> Flags { get; } = [];

        protected override (float[]? Values, int High) Accumulate(EmulatedLayer layer, int group, Products products)
        {
            var (values, recomputed) = mixed.Run(layer.Activation, products);
            Flags[(layer, group)] = recomputed;
            return (values, recomputed.Count(r => r));
        }
    }

    /// <summary>The control: as many components of each layer as <paramref name="like"/> recomputed in the same batch, but any.</summary>
    internal sealed class Random(Mixed like) : Scheme
    {
        private readonly System.Random _random = new(20250315);

        protected override (float[]? Values, int High) Accumulate(EmulatedLayer layer, int group, Products products)
        {
            bool[] flags = [.. like.Flags[(layer, group)]];
            _random.Shuffle(flags);
            return (like.Accumulation.Blend(products, flags), flags.Count(f => f));
        }
    }

    /// <summary>Decided for each channel from the flags of <paramref name="calibrated"/>, which has run on calibration samples; nothing is computed twice.</summary>
    internal sealed class Static(Mixed calibrated) : Scheme
    {
        private readonly Dictionary<(EmulatedLayer Layer, int Group), (StaticAccumulation Product, int High)> _products = [];

        public override double Cost => LowCost + ((1 - LowCost) * HighShare);

        protected override (float[]? Values, int High) Accumulate(EmulatedLayer layer, int group, Products products)
        {
            if (!_products.TryGetValue((layer, group), out var known))
            {
                var channels = StaticAccumulation.Decide(calibrated.Flags[(layer, group)], products.Weights.Channels);
                var (low, high) = (calibrated.Accumulation.Low, calibrated.Accumulation.High);
                known = _products[(layer, group)] = (new StaticAccumulation(low, high, products.Weights, products.Bias, products.Unit, channels), channels.Count(c => c));
            }

            var values = known.Product.Run(products.X);
            return (values, values.Length / products.Weights.Channels * known.High);
        }
    }
}

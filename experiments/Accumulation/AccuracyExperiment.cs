using MixPrec.Compiler.Conditioning;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Experiments.Attention;
using MixPrec.Experiments.Emulation;

namespace MixPrec.Experiments.Accumulation;

/// <summary>
/// Accuracy over cost of mixed-precision accumulation (arXiv 2503.15568, section 5): FP8 low, FP16 high, against uniform accumulators, and
/// against random components at the same share.
/// </summary>
internal static class AccuracyExperiment
{
    private static readonly double[] Tolerances = [1, 0.5, 0.3, 0.1];

    /// <summary>
    /// With a numerator κ is at least 1 behind a ReLU: the paper's tolerances recompute everything there, so these follow.
    /// </summary>
    private static readonly double[] FurtherTolerances = [8, 16, 32];

    private static readonly Accumulator High = new(FloatFormat.F16);

    /// <summary>The outcomes on one network. The paper's format gets every scheme, the variants the paper's own.</summary>
    public static IEnumerable<Outcome> Run(ExperimentCase subject, int images)
    {
        var batches = subject.Batches(images);
        bool first = true;
        foreach (var (format, scaled) in new[] { (FloatFormat.E4M3Ieee, true), (FloatFormat.E4M3Ieee, false), (FloatFormat.E4M3, true) })
        {
            var exponents = scaled ? EmulatedNetwork.Exponents(subject.Executor, subject.Calibration, format)
                : subject.Graph.QuantizableNodes.ToDictionary(n => n, _ => 0);
            var network = new EmulatedNetwork(subject.Graph, subject.Executor,
                subject.Graph.QuantizableNodes.Where(n => n.HasConstantWeights()), n => exponents[n]);
            Entry[] entries = [.. Entries(new Accumulator(format), everything: first, network, subject.Calibration)];
            first = false;
            foreach (var entry in Measured(network, entries, batches))
            {
                yield return new Outcome(
                    subject.Name, batches.Sum(b => b.Samples.Count), format.Name, scaled, entry.Name, entry.Numerator?.ToString() ?? "",
                        entry.Tolerance,
                    entry.Accuracy, entry.Agreement, entry.Scheme.HighShare, entry.Scheme.Cost);
            }
        }
    }

    private static IEnumerable<Entry> Entries(Accumulator low, bool everything, EmulatedNetwork network, Batch calibration)
    {
        yield return new Entry("fp32", new Scheme.Uniform(null, double.NaN));
        yield return new Entry("high", new Scheme.Uniform(High, 1));
        yield return new Entry("low", new Scheme.Uniform(low, 0.5));
        foreach (var numerator in everything ? Enum.GetValues<Numerator>() : [Numerator.Dropped])
        {
            foreach (double tolerance in numerator == Numerator.Dropped ? Tolerances : [.. FurtherTolerances, .. Tolerances])
            {
                var rule = new MixedAccumulation(low, High, new RecomputeRule(tolerance, numerator));
                var mixed = new Scheme.Mixed(_ => rule);
                yield return new Entry("mixed", mixed, numerator, tolerance);
                if (everything && (numerator == Numerator.Dropped || FurtherTolerances.Contains(tolerance)))
                {
                    yield return new Entry("random", new Scheme.Random(mixed), numerator, tolerance);
                }

                if (everything && numerator == Numerator.Dropped)
                {
                    var calibrated = new Scheme.Mixed(_ => rule);
                    network.Run(calibration, calibrated.Run);
                    yield return new Entry("static", new Scheme.Static(calibrated), numerator, tolerance);
                    yield return new Entry("guarded", new Scheme.Mixed(_ => rule with { Rule = rule.Rule with { GuardConstant = 1 } }),
                        numerator, tolerance);
                }
            }
        }
    }

    private static Entry[] Measured(EmulatedNetwork network, Entry[] entries, IReadOnlyList<Batch> batches)
    {
        foreach (var batch in batches)
        {
            int[]? reference = null;
            foreach (var entry in entries)
            {
                int[] classes = Classes(network.Run(batch, entry.Scheme.Run), batch.Samples.Count);
                entry.Add(classes, reference ??= classes, batch.Samples.Labels!.Span<long>());
            }
        }

        return entries;
    }

    private static int[] Classes(Tensor logits, int samples)
    {
        float[] values = logits.Span<float>().ToArray();
        return [.. values.Chunk(values.Length / samples).Select(row => Array.IndexOf(row, row.Max()))];
    }

    /// <summary>A scheme and its tally.</summary>
    private sealed class Entry(string name, Scheme scheme, Numerator? numerator = null, double? tolerance = null)
    {
        private int _images, _correct, _agreeing;

        public string Name => name;

        public Scheme Scheme => scheme;

        public Numerator? Numerator => numerator;

        public double? Tolerance => tolerance;

        public double Accuracy => (double)_correct / _images;

        public double Agreement => (double)_agreeing / _images;

        public void Add(int[] classes, int[] reference, ReadOnlySpan<long> labels)
        {
            _images += classes.Length;
            for (int i = 0; i < classes.Length; i++)
            {
                _correct += classes[i] == labels[i] ? 1 : 0;
                _agreeing += classes[i] == reference[i] ? 1 : 0;
            }
        }
    }
}

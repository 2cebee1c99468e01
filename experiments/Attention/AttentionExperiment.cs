using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Conditioning;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Rewrites;
using MixPrec.Experiments.Accumulation;
using MixPrec.Experiments.Emulation;

namespace MixPrec.Experiments.Attention;

/// <summary>
/// Mixed-precision accumulation (arXiv 2503.15568) of the two products of attention in a language model: FP8 low, FP16 high, against
/// uniform accumulators and random components at the same share. All other products stay in fp32.
/// </summary>
internal sealed class AttentionExperiment
{
    private const string Network = "shakespeare-gpt", Data = "shakespeare";
    private const int WindowsAtOnce = 4, CalibrationWindows = 16;
    private static readonly Accumulator Low = new(FloatFormat.E4M3Ieee), High = new(FloatFormat.F16);
    private readonly Graph _graph;
    private readonly TorchExecutor _executor;
    private readonly Batch[] _batches;
    private readonly Dictionary<Node, int> _exponents;
    private readonly List<AttentionOutcome> _outcomes = [];

    /// <exception cref="MixPrecException">A file is missing or damaged.</exception>
    public AttentionExperiment(string models, string data, int windows)
    {
        _graph = GraphRewrites.Apply(OnnxModelReader.Read(Path.Combine(models, Network, "model.onnx"), DimensionBindings.None).Graph);
        _executor = new TorchExecutor(_graph);
        var test = SampleSetReader.Read(Path.Combine(data, $"{Data}-test.npz"), _graph, null);
        _batches = [.. Batch.Split(_graph, test.Slice(0, Math.Min(windows, test.Count)), WindowsAtOnce)];
        _exponents = EmulatedNetwork.Exponents(_executor,
            Batch.Split(_graph, SampleSetReader.Read(Path.Combine(data, $"{Data}-calibration.npz"), _graph, null), CalibrationWindows).First(),
            Low.Format);
    }

    public IReadOnlyList<AttentionOutcome> Outcomes => _outcomes;

    public void Add(AttentionPart part, CancellationToken cancellation)
    {
        var nodes = _graph.QuantizableNodes.Where(n => n.MultipliesActivations() && part.Emulated.HasFlag(ProductOf(n)));
        var network = new EmulatedNetwork(_graph, _executor, nodes, n => _exponents[n]);
        Entry[] entries = [.. Entries(part)];
        foreach (var batch in _batches)
        {
            var reference = network.Run(batch, (_, _, _) => null);
            foreach (var entry in entries)
            {
                cancellation.ThrowIfCancellationRequested();
                entry.Predictions.Add(network.Run(batch, entry.Scheme.Run), reference, batch.Samples.Labels!);
            }
        }

        _outcomes.AddRange(entries.Select(e =>
            new AttentionOutcome(part, e.Name, e.Rule, e.Predictions, e.Scheme.HighShare, e.Scheme.Cost)));
    }

    /// <summary>The table and the plot of what has been added.</summary>
    public void Write(string folder)
    {
        File.WriteAllText(Path.Combine(folder, "attention-accumulation.csv"),
            AttentionOutcome.Heading + string.Concat(_outcomes.Select(o => o.Row)));
        File.WriteAllText(Path.Combine(folder, "attention-accumulation.svg"), AttentionPlot.Svg(_outcomes));
    }

    private AttentionProducts ProductOf(Node node) =>
        SoftmaxPath.Find(_graph, node) is null ? AttentionProducts.Values : AttentionProducts.Scores;

    private IEnumerable<Entry> Entries(AttentionPart part)
    {
        yield return new Entry("fp32", new Scheme.Uniform(null, double.NaN));
        yield return new Entry("high", new Scheme.Uniform(High, 1));
        yield return new Entry("low", new Scheme.Uniform(Low, 0.5));
        foreach (var numerator in Enum.GetValues<Numerator>())
        {
            foreach (double tolerance in part.Tolerances(numerator))
            {
                RecomputeRule rule = new(tolerance, numerator, Absolute: part.Absolute),
                    never = rule with { Tolerance = double.PositiveInfinity };
                var mixed = new Scheme.Mixed(layer =>
                    new MixedAccumulation(Low, High, part.Again.HasFlag(ProductOf(layer.Node)) ? rule : never));
                yield return new Entry("mixed", mixed, rule);
                yield return new Entry("random", new Scheme.Random(mixed), rule);
            }
        }
    }

    private sealed record Entry(string Name, Scheme Scheme, RecomputeRule? Rule = null)
    {
        public NextTokenTally Predictions { get; } = new();
    }
}

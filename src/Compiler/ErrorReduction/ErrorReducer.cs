using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Formats.Storage;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Losses;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Sensitivity;
using MixPrec.Compiler.Sensitivity.Estimators;
using MixPrec.Plan;
using static TorchSharp.torch;

namespace MixPrec.Compiler.ErrorReduction;

/// <summary>The ways to make the error of bytes smaller without training, in the order in which they are tried.</summary>
[Flags]
internal enum ReductionSteps
{
    None = 0,

    /// <summary>The range of each activation, among the rules that there are.</summary>
    Ranges = 1,

    /// <summary>The rounding of weights.</summary>
    Rounding = 2,

    /// <summary>The mean error of each output channel taken off its bias.</summary>
    Bias = 4,

    /// <summary>Factors of channels that neighbouring layers take. It comes before the others: it changes the network.</summary>
    Channels = 8,

    /// <summary>Shifts of what layers read, which change the network too.</summary>
    Inputs = 16,

    All = Ranges | Rounding | Bias | Channels | Inputs,
}

/// <summary>
/// Changes how layers are quantized wherever that lowers the loss error of i8 that calibration samples show, layer by layer on the inputs
/// of fp32. What is fitted is judged on samples that it was not fitted to.
/// </summary>
/// <param name="step">Told how many steps are done, and of how many; from any thread, one at a time.</param>
internal sealed class ErrorReducer(TorchExecutor executor, Graph graph, IReadOnlyList<Batch> batches, LossSum loss,
    ObservedRanges observed, Func<Node, IReadOnlyList<PrecisionConfig>> candidates, CancellationToken cancellation,
    Action<int, int>? step = null)
{
    /// <summary>What a change has to leave of the squared error at most: less than that is within what samples tell by chance.</summary>
    public const double Worthwhile = 0.95;

    /// <summary>The errors of activations alone: those of the weights would hide what a change does to them.</summary>
    private static readonly PrecisionConfig s_activationsAlone = new(ActivationFormat.U8, Float32.Format, ElementType.F32);

    /// <summary>Samples that are looked at, the first ones: more would judge little better and take as much longer.</summary>
    private const int MostSamples = 256;

    private readonly IReadOnlyList<Batch> _batches = First(batches, MostSamples);
    private readonly Lock _lock = new();
    private int _done;
    private int _steps;

    private LayerErrors Errors => field ??= new(executor, graph, _batches, loss, cancellation, Step);

    private int Samples => _batches.Sum(b => b.Samples.Count);

    private Node[] Layers => field ??= [.. graph.QuantizableNodes.Where(n => !observed.NotFinite.Contains(n.Name)
        && candidates(n).Any(p => p.QuantizesActivations))];

    private IReadOnlyList<Node> Rounded => field ??= CalibratedRounding.Layers(graph.QuantizableNodes.Where(n =>
        !observed.NotFinite.Contains(n.Name) && Formats(n).Count > 0));

    public RangeTable Reduce(ReductionSteps steps)
    {
        var table = observed.Table(_ => 0);
        steps = observed.Rules > 1 ? steps : steps & ~ReductionSteps.Ranges;
        if (Samples < 2)
        {
            return table;
        }

        // Each way runs the network over the samples once, roundings once for each format; they work on each layer besides.
        int formats = steps.HasFlag(ReductionSteps.Rounding) ? Rounded.SelectMany(Formats).Distinct().Count() : 0;
        (_done, _steps) = (0, (_batches.Count * ((steps.HasFlag(ReductionSteps.Ranges) ? 1 : 0) + formats
            + (steps.HasFlag(ReductionSteps.Bias) ? 1 : 0))) + (formats > 0 ? Rounded.Sum(n => Formats(n).Count) : 0));
        table = steps.HasFlag(ReductionSteps.Ranges) && Layers.Length > 0 ? WithRanges() : table;
        table = steps.HasFlag(ReductionSteps.Rounding) ? WithRoundings(table) : table;
        return steps.HasFlag(ReductionSteps.Bias) ? WithCorrections(table) : table;
    }

    /// <summary>
    /// For each value the rule whose range has the least error in the layers that read it: with the range of each half of the samples, on
    /// the other one. On samples that it was made of a narrow range looks better than it is, for no value lies beyond what was seen.
    /// </summary>
    private RangeTable WithRanges()
    {
        int rules = observed.Rules;
        var squares = new Dictionary<object, double[]>();
        var halves = RangeCalibration.Observe(observed.Kinds, executor, graph, _batches, 2, sample => InputGrams.IsFitted(sample) ? 0 : 1);
        RangeTable[][] lhs = [.. halves.Select(half => Enumerable.Range(0, rules).Select(rule => half.Table(_ => rule, _ => 0)).ToArray())],
            rhs = [.. halves.Select(half => Enumerable.Range(1, rules - 1).Select(rule => half.Table(_ => 0, _ => rule)).ToArray())];
        var changes = Errors.Observe(Layers, n => n.MultipliesActivations() ? PrecisionConfig.I8 : s_activationsAlone,
            n => n.MultipliesActivations() ? [.. lhs[0], .. rhs[0], .. lhs[1], .. rhs[1]] : [.. lhs[0], .. lhs[1]]);
        for (int half = 0; half < halves.Count; half++)
        {
            foreach (var node in Layers)
            {
                int tables = changes[node].Length / halves.Count;

                // Mean errors are taken off later, except where there is no bias.
                double[] scores = [.. changes[node].Skip(half * tables).Take(tables)
                    .Select(c => c.Squares(CanBeCorrected(node), of: half != 0))];
                Add(ObservedRanges.Lhs(node), [scores[0], .. scores[1..rules]]);
                if (node.MultipliesActivations())
                {
                    Add(node.Input(1), [scores[0], .. scores[rules..]]);
                }
            }
        }

        return observed.Table(Best);

        void Add(object value, double[] scores) =>
            squares[value] = squares.TryGetValue(value, out double[]? known) ? [.. known.Zip(scores, (a, b) => a + b)] : scores;

        int Best(object value) => !squares.TryGetValue(value, out double[]? known) ? 0
            : Enumerable.Range(1, rules - 1).Where(rule => IsBetter(known[rule], known[0])).OrderBy(rule => known[rule]).FirstOrDefault();
    }

    private RangeTable WithRoundings(RangeTable table)
    {
        var found = CalibratedRounding.Find(executor, Rounded, Formats, _batches, Samples, Step, cancellation);
        var rounded = table with { Roundings = found };
        var kept = new Dictionary<(string, StorageFormat), WeightRounding>();
        foreach (var format in StorageFormat.All.Where(f => f.IsRoundedByCalibration))
        {
            // With fp32 activations: their errors would hide what a rounding does.
            var alone = new PrecisionConfig(ActivationFormat.F32, format, ElementType.F32);
            Node[] changed = [.. Rounded.Where(n => found.ContainsKey((n.Name, format)))];
            var changes = Errors.Observe(changed, _ => alone, _ => [table, rounded]);
            foreach (var node in changed.Where(n => IsBetter(changes[n][1].Squares(CanBeCorrected(n), of: false),
                changes[n][0].Squares(CanBeCorrected(n), of: false))))
            {
                kept[(node.Name, format)] = found[(node.Name, format)];
            }
        }

        return table with { Roundings = kept };
    }

    private RangeTable WithCorrections(RangeTable table)
    {
        // A value whose first axis holds its channels has no place for samples.
        var products = CorrectedProduct.FindAll(graph).Where(p => !p.Value.Channels.Varies(0)).ToDictionary();
        Node[] layers = [.. Layers.Where(n => CanBeCorrected(n) || products.ContainsKey(n.Name))];
        var changes = Errors.Observe(layers, _ => PrecisionConfig.I8, _ => [table], n => products.GetValueOrDefault(n.Name)?.Channels);
        return table with
        {
            BiasCorrections = layers.Where(n => IsBetter(changes[n][0].Squares(corrected: true, of: null),
                    changes[n][0].Squares(corrected: false, of: null)))
                .ToDictionary(n => n.Name, n => BiasCorrection.FromMeanErrors(changes[n][0].MeanErrors,
                    products.GetValueOrDefault(n.Name)?.Channels.Shape)),
        };
    }

    /// <summary>The first batches, with at least so many samples where there are as many.</summary>
    public static IReadOnlyList<Batch> First(IReadOnlyList<Batch> batches, int samples)
    {
        int before = 0;
        return [.. batches.TakeWhile(b => (before += b.Samples.Count) - b.Samples.Count < samples)];
    }

    public static bool CanBeCorrected(Node node) => node.HasConstantWeights() && ProductFamilies.FromNode(node) is not null
        && ModelQuantization.ScalesOf(node) is null && ModelQuantization.OfActivations(node) is null;

    private IReadOnlyList<StorageFormat> Formats(Node node) =>
        [.. candidates(node).Where(p => p.IsRoundedByCalibration).Select(p => p.Storage).Distinct()];

    private void Step()
    {
        lock (_lock)
        {
            step?.Invoke(Math.Min(_done++, _steps), _steps);
        }
    }

    private static bool IsBetter(double changed, double before) => changed < before * Worthwhile;
}

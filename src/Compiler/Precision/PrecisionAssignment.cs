using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Precision;

/// <summary>The candidate of every quantizable op, by node name; ops that are not named run in fp32.</summary>
internal sealed class PrecisionAssignment(IReadOnlyDictionary<string, PrecisionConfig> choices)
{
    public static readonly PrecisionAssignment AllFloat = new(new Dictionary<string, PrecisionConfig>());

    public PrecisionConfig this[Node node] => choices.GetValueOrDefault(node.Name, PrecisionConfig.F32);

    /// <summary>The ops that leave fp32, in ordinal order of their names.</summary>
    public IEnumerable<KeyValuePair<string, PrecisionConfig>> Choices => choices.Where(c => c.Value != PrecisionConfig.F32).OrderBy(c => c.Key, StringComparer.Ordinal);

    /// <summary>This assignment with other choices for some ops.</summary>
    public PrecisionAssignment With(IEnumerable<KeyValuePair<string, PrecisionConfig>> changes)
    {
        var merged = choices.ToDictionary();
        foreach (var (name, precision) in changes)
        {
            merged[name] = precision;
        }

        return new PrecisionAssignment(merged);
    }

    /// <summary>The same candidate for every quantizable op of a graph.</summary>
    public static PrecisionAssignment Uniform(Graph graph, PrecisionConfig precision) => new(graph.QuantizableNodes.ToDictionary(n => n.Name, _ => precision));
}

/// <summary>Ranges of what quantizable ops read, by node name: calibrated, or the model's own.</summary>
/// <param name="Ranges">Of left-hand sides.</param>
/// <param name="RhsRanges">Of right-hand sides, where they are activations.</param>
internal sealed record RangeTable(IReadOnlyDictionary<string, ActivationRange> Ranges, IReadOnlyDictionary<string, ActivationRange> RhsRanges)
{
    public static readonly RangeTable Empty = new(new Dictionary<string, ActivationRange>(), new Dictionary<string, ActivationRange>());

    /// <summary>The ops that read NaN or infinity on the calibration data: their ranges are those of the rest, and bytes have no code for such a value.</summary>
    public IReadOnlySet<string> NotFinite { get; init; } = new HashSet<string>();

    public ActivationRange this[Node node] => Of(Ranges, node);

    public ActivationRange Rhs(Node node) => Of(RhsRanges, node);

    /// <summary>The codes of the left-hand side of an op: those of the model where it has as many, otherwise those that cover the range.</summary>
    public AffineQuantization Quantization(Node node, PrecisionConfig precision) =>
        ModelQuantization.OfActivations(node) is { } own && own.Maximum == precision.LhsMaximum ? own : this[node].ToQuantization(precision.LhsMaximum);

    private static ActivationRange Of(IReadOnlyDictionary<string, ActivationRange> ranges, Node node) =>
        ranges.TryGetValue(node.Name, out var range) ? range : throw new InvalidOperationException($"'{node.Name}' has no calibrated range");
}

using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Formats;

/// <summary>
/// How calibration quantizes layers, by node name: ranges of what they read (or the model's own), and what takes part of the error back.
/// </summary>
/// <param name="Ranges">Of left-hand sides.</param>
/// <param name="RhsRanges">Of right-hand sides, where they are activations.</param>
internal sealed record RangeTable(IReadOnlyDictionary<string, ActivationRange> Ranges,
    IReadOnlyDictionary<string, ActivationRange> RhsRanges)
{
    public static readonly RangeTable Empty = new(new Dictionary<string, ActivationRange>(), new Dictionary<string, ActivationRange>());

    /// <summary>
    /// The ops that read NaN or infinity on the calibration data: their ranges are those of the rest, and bytes have no value for such a
    /// number.
    /// </summary>
    public IReadOnlySet<string> NotFinite { get; init; } = new HashSet<string>();

    /// <summary>Roundings of weights that are not the nearest ones, by layer and format.</summary>
    public IReadOnlyDictionary<(string Layer, StorageFormat Format), WeightRounding> Roundings { get; init; } =
        new Dictionary<(string, StorageFormat), WeightRounding>();

    /// <summary>What is added to the biases of layers where they read quantized activations.</summary>
    public IReadOnlyDictionary<string, BiasCorrection> BiasCorrections { get; init; } = new Dictionary<string, BiasCorrection>();

    /// <summary>Null where weights are rounded to the nearest values.</summary>
    public WeightRounding? Rounding(Node node, StorageFormat format) => Roundings.GetValueOrDefault((node.Name, format));

    /// <summary>
    /// What is added to the bias of each output channel; null for nothing. Two passes share one bias, and the second makes no such error.
    /// </summary>
    public BiasCorrection? BiasCorrection(Node node, PrecisionConfig precision) =>
        precision.Second is null && precision.IsOfBytes ? BiasCorrections.GetValueOrDefault(node.Name) : null;

    /// <summary>Nothing of some layers.</summary>
    public RangeTable Without(IReadOnlySet<string> layers)
    {
        Dictionary<string, T> Others<T>(IReadOnlyDictionary<string, T> all) => all.Where(a => !layers.Contains(a.Key)).ToDictionary();
        return new(Others(Ranges), Others(RhsRanges))
        {
            NotFinite = NotFinite, Roundings = Roundings.Where(r => !layers.Contains(r.Key.Layer)).ToDictionary(),
            BiasCorrections = Others(BiasCorrections),
        };
    }

    public ActivationRange this[Node node] => Find(Ranges, node);

    public ActivationRange Rhs(Node node) => Find(RhsRanges, node);

    /// <summary>
    /// How the left-hand side of an op is quantized: as the model does it where it has as many quantized values, otherwise so that they
    /// cover the range, or each row itself. Null for floats.
    /// </summary>
    public QuantizationParameters? Parameters(Node node, ActivationFormat format) =>
        !format.IsQuantized ? null
        : format.HasRowScales ? QuantizationParameters.OfRows
        : ModelQuantization.OfActivations(node) is { } own && own.Maximum == format.Maximum ? own
        : format.Parameters(this[node]);

    private static ActivationRange Find(IReadOnlyDictionary<string, ActivationRange> ranges, Node node) =>
        ranges.TryGetValue(node.Name, out var range) ? range
            : throw new InvalidOperationException($"'{node.Name}' has no calibrated range");
}

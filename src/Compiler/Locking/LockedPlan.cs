using MixPrec.Compiler.ErrorReduction;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;

namespace MixPrec.Compiler.Locking;

/// <summary>
/// The decisions of one compilation: with them and the model a build needs no calibration and gives the same code and weights. They name no
/// paths, machines or times of day; the CPU is recorded as the origin of the measured times.
/// </summary>
/// <param name="Subject">What was decided about; when it differs, the plan is stale.</param>
/// <param name="Layers">Every quantizable layer in the order they run.</param>
internal sealed record LockedPlan(LockSubject Subject, string Loss, string Estimator, IReadOnlyList<LockedLayer> Layers,
    LockedNumbers Numbers)
{
    /// <summary><see cref="EditedFrom"/> of a plan that states no digest: no build wrote it.</summary>
    public const string NoDigest = "";

    /// <summary>
    /// The digest that the file states, where it is not that of what the plan says; null for a plan as a build wrote it, and of versions
    /// without digests.
    /// </summary>
    public string? EditedFrom { get; init; }

    /// <summary>The candidate of every layer.</summary>
    public PrecisionAssignment Assignment => new(Layers.ToDictionary(l => l.Name, l => l.Precision));

    /// <summary>The ranges of the layers that have one.</summary>
    public RangeTable Ranges => new(
        Layers.Where(l => l.Range is not null).ToDictionary(l => l.Name, l => l.Range!.Value),
            Layers.Where(l => l.RhsRange is not null).ToDictionary(l => l.Name, l => l.RhsRange!.Value))
    {
        Roundings = Layers.Where(l => l.Rounding is not null).ToDictionary(l => (l.Name, l.Precision.Storage), l => l.Rounding!),
        BiasCorrections = Layers.Where(l => l.BiasCorrection is not null).ToDictionary(l => l.Name, l => l.BiasCorrection!),
    };

    /// <summary>What layers read is divided by, by their names.</summary>
    public IReadOnlyDictionary<string, ChannelExponents> ChannelExponents =>
        Layers.Where(l => l.Channels is not null).ToDictionary(l => l.Name, l => l.Channels!);

    /// <summary>What layers read in the place of their inputs, by their names.</summary>
    public IReadOnlyDictionary<string, ChannelShift> Shifts =>
        Layers.Where(l => l.Shift is not null).ToDictionary(l => l.Name, l => l.Shift!);

    /// <summary>
    /// The network with the factors and shifts of its channels, which precisions and ranges are about; null where they do not fit it.
    /// </summary>
    /// <param name="constants">Where changed weights stay; null for in memory.</param>
    public Graph? Scaled(Graph graph, ChangedConstants? constants = null) =>
        ChannelScaling.Apply(graph, ChannelExponents, constants: constants) is { } scaled
            ? ShiftedInputs.Apply(scaled, Shifts, constants) : null;

    /// <summary>
    /// What differs between the plan and a compilation, in words that follow "does not match: "; empty when it may be used.
    /// </summary>
    /// <param name="graph">The imported and rewritten model.</param>
    public IReadOnlyList<string> Differences(LockSubject current, Graph graph)
    {
        var layers = graph.QuantizableNodes.Select(n => n.Name).ToHashSet();
        var differences = Subject.DifferencesTo(current).ToList();
        if (EditedFrom is not null)
        {
            differences.Add("it was edited");
        }

        if (differences.Count == 0 && !layers.SetEquals(Layers.Select(l => l.Name)))
        {
            differences.Add("this version of MixPrec sees other layers in the model");
        }

        if (differences.Count == 0 && Scaled(graph) is null)
        {
            differences.Add("the model does not allow the factors or shifts of channels that it has");
        }
        else if (differences.Count == 0)
        {
            graph = Scaled(graph)!;
        }

        var nodes = graph.QuantizableNodes.ToDictionary(n => n.Name);
        if (differences.Count == 0 && Layers.FirstOrDefault(l => !IsOffered(nodes[l.Name], l.Precision)) is { } odd)
        {
            differences.Add($"no kernel of this version of MixPrec computes '{Onnx.PrintableName.Format(odd.Name)}' as {odd.Precision}");
        }

        var products = graph.QuantizableNodes.Where(n => n.MultipliesActivations()).Select(n => n.Name).ToHashSet();
        if (differences.Count == 0 && Layers.FirstOrDefault(l =>
            l.Precision.QuantizesActivations && l.RhsRange is null && products.Contains(l.Name)) is { } layer)
        {
            differences.Add($"'{Onnx.PrintableName.Format(layer.Name)}' multiplies two activations, and there is no range of the second");
        }

        if (differences.Count == 0 && graph.QuantizableNodes.Join(Layers, n => n.Name, l => l.Name, (n, l) => (Node: n, Layer: l))
            .FirstOrDefault(p => !p.Layer.Fits(p.Node, graph)) is { Node: { } other })
        {
            differences.Add($"what it adjusts of '{Onnx.PrintableName.Format(other.Name)}' is of another size");
        }

        return differences;
    }

    /// <summary>
    /// Whether a build could have chosen it: there is a kernel, and its sums are exact for these weights. A cache of its own, since the
    /// weights of all layers at once may not fit the memory.
    /// </summary>
    private static bool IsOffered(Node node, PrecisionConfig precision) => precision == PrecisionConfig.F32
        || Candidates.ForNode(node, new EncodedWeightsCache(), [PrecisionConfig.F32, precision]).Contains(precision);
}

/// <summary>The decision for one layer.</summary>
/// <param name="Name">The layer's name in the model: untrusted text.</param>
/// <param name="Operator">The words for its operation.</param>
/// <param name="Range">Calibrated interval of its activations; null when none is needed.</param>
/// <param name="RhsRange">Of its right-hand side, where that is an activation too.</param>
/// <param name="LossError">Expected squared change of the loss that the choice causes.</param>
/// <param name="GainMicroseconds">The layer's part of its sub-graph's time gain; NaN when not measured.</param>
internal sealed record LockedLayer(string Name, string Operator, PrecisionConfig Precision, ActivationRange? Range, double LossError,
    double GainMicroseconds = double.NaN, ActivationRange? RhsRange = null)
{
    /// <summary>What is added to the bias of each output channel; null for nothing.</summary>
    public BiasCorrection? BiasCorrection { get; init; }

    /// <summary>How weights are rounded; null for to the nearest value.</summary>
    public WeightRounding? Rounding { get; init; }

    /// <summary>What its input, and all that shares these channels, is divided by; null for nothing that no layer before says.</summary>
    public ChannelExponents? Channels { get; init; }

    /// <summary>What it reads in the place of its input; null for the input itself.</summary>
    public ChannelShift? Shift { get; init; }

    /// <summary>In words, for the report; empty where nothing is adjusted.</summary>
    public string Adjustments => string.Join(", ", new[]
    {
        Channels is null ? "" : "channels scaled", Shift is null ? "" : "input shifted by channel",
        Rounding is null ? "" : "weights rounded on calibration data",
        BiasCorrection is null ? "" : "mean error taken off the bias",
    }.Where(w => w.Length > 0));

    /// <summary>Whether the adjustments are as large as the layer.</summary>
    public bool Fits(Node node, Graph graph) => (BiasCorrection is null && Rounding is null)
        || (node.HasConstantWeights() && (Rounding is null || Rounding.Fits(node.Input(1).Constant!))
            && (BiasCorrection is null || BiasCorrection.Count == node.OutputChannels()))
        || (Rounding is null && node.MultipliesActivations()
            && CorrectedProduct.FindAll(graph).GetValueOrDefault(node.Name)?.Channels.Literals.Length == BiasCorrection!.Count);
}

/// <summary>What was predicted and measured; NaN where it was not. Errors are relative root mean squares of the loss.</summary>
/// <param name="UpperBound95">One-sided 95 % bound of the measured error.</param>
/// <param name="HeldOutSamples">Samples that the error was measured on.</param>
/// <param name="Machine">The CPU that times come from.</param>
internal sealed record LockedNumbers(
    double PredictedError, double MeasuredError, double UpperBound95, int HeldOutSamples,
    double Float32Microseconds, double PredictedMicroseconds, double MeasuredMicroseconds, string Machine);

using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Partition;
using MixPrec.Compiler.Sensitivity;

namespace MixPrec.Compiler.Selection;

/// <summary>One choice for all ops of a sub-graph, priced against the same sub-graph in fp32.</summary>
/// <param name="Precisions">The candidate of each op, in the order of <see cref="Subgraph.Quantizable"/>.</param>
/// <param name="Gain">What the objective maximises: nanoseconds (Time, Macs) or bytes (Memory); negative when the choice loses.</param>
/// <param name="GainNanoseconds">Measured time saved, for the latency row; 0 where nothing was measured.</param>
/// <param name="LossError">Expected squared change of the loss, Σ d over the ops; at least 0.</param>
/// <param name="WeightBytes">Bytes of the packed weights of the ops.</param>
internal sealed record Configuration(IReadOnlyList<PrecisionConfig> Precisions, double Gain, double GainNanoseconds, double LossError,
    long WeightBytes)
{
    /// <summary>
    /// The parts of <see cref="LossError"/> that single outputs have, where several are bounded; each has the same limit.
    /// </summary>
    public IReadOnlyList<double> LossErrors { get => field ?? [LossError]; init; }

    /// <summary>How many ops leave fp32.</summary>
    public int QuantizedLayers { get; } = Precisions.Count(p => p != PrecisionConfig.F32);

    /// <summary>Whether no op computes anything twice, so that the time does not depend on data.</summary>
    public bool IsOnePass => Precisions.All(p => p.Second is null);

    /// <summary>Whether every op is in fp32.</summary>
    public bool IsFloat => Precisions.All(p => p == PrecisionConfig.F32);

    /// <summary>The choice with what it costs in loss and weights: the sums over the ops of <paramref name="subgraph"/>.</summary>
    public static Configuration Create(Subgraph subgraph, IReadOnlyList<PrecisionConfig> precisions, double gain, double gainNanoseconds,
        SensitivityTable sensitivity)
    {
        var choice = subgraph.Quantizable.Zip(precisions).ToArray();
        double Of(SensitivityTable table) => choice.Sum(p => table[p.First, p.Second]);
        var all = new Configuration(precisions, gain, gainNanoseconds, Of(sensitivity),
            choice.Sum(p => OpCost.WeightBytes(p.First, p.Second)));
        return sensitivity.Outputs.Count == 1 ? all
            : all with { LossErrors = [.. sensitivity.Outputs.Select(o => Of(o) / o.MeanSquaredLoss)] };
    }

    public override string ToString() => string.Join(" ", Precisions);
}

/// <summary>A sub-graph with the configurations to choose from.</summary>
internal sealed record SelectionGroup(Subgraph Subgraph, IReadOnlyList<Configuration> Configurations);

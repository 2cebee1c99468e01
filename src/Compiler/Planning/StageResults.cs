using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Losses;
using MixPrec.Compiler.Partition;
using MixPrec.Compiler.Timing;

namespace MixPrec.Compiler.Planning;

/// <summary>What calibration has found out, and the runs that it made for it.</summary>
/// <param name="Executor">Runs the network in fp32, with the factors of its channels.</param>
/// <param name="Batches">The samples as the executor takes them.</param>
/// <param name="Observed">The ranges of what layers read, by each rule that is tried.</param>
/// <param name="Ranges">How layers are quantized.</param>
internal sealed record CalibrationResult(PlanningSamples Samples, TorchExecutor Executor, IReadOnlyList<Batch> Batches,
    ObservedRanges Observed, RangeTable Ranges)
{
    /// <summary>The losses of all outputs that are bounded, in units that make them count alike.</summary>
    public required LossSum Loss { get; init; }

    /// <summary>What layers read is divided by, by their names.</summary>
    public IReadOnlyDictionary<string, ChannelExponents> Channels { get; init; } = new Dictionary<string, ChannelExponents>();

    /// <summary>What layers read in the place of their inputs, by their names.</summary>
    public IReadOnlyDictionary<string, ChannelShift> Shifts { get; init; } = new Dictionary<string, ChannelShift>();
}

/// <summary>The sub-graphs whose layers are chosen together.</summary>
/// <param name="Sizes">Of open dimensions, at which is timed and multiplications are counted.</param>
internal sealed record PartitionResult(IReadOnlyList<Subgraph> Subgraphs, IReadOnlyDictionary<string, long> Sizes);

/// <summary>The configurations that are offered, and what they take.</summary>
/// <param name="Cap">Most configurations of a sub-graph.</param>
/// <param name="Configurations">Of each sub-graph.</param>
/// <param name="Table">Null where times do not matter.</param>
/// <param name="Float32Nanoseconds">Of the whole network; 0 where times do not matter.</param>
internal sealed record TimingResult(int Cap, IReadOnlyList<IReadOnlyList<IReadOnlyList<PrecisionConfig>>> Configurations,
    TimingTable? Table, double Float32Nanoseconds)
{
    /// <summary>What there is to say of where the times come from.</summary>
    public IReadOnlyList<Diagnostic> Warnings { get; init; } = [];
}

/// <summary>The plan that ships, and how many samples it was verified on.</summary>
internal sealed record VerificationResult(Shipment Shipment, int HeldOutSamples);

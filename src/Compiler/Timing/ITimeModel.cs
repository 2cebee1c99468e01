using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Partition;

namespace MixPrec.Compiler.Timing;

/// <summary>Where the times that plans are chosen by come from.</summary>
internal interface ITimeModel
{
    /// <summary>One run of the whole network in fp32.</summary>
    Measurement Whole(CompiledModel float32);

    /// <summary>Every configuration of every sub-graph, and each in fp32.</summary>
    /// <param name="configurations">Of each sub-graph.</param>
    /// <param name="whole">Of <see cref="Whole"/>.</param>
    TimingTable Parts(IReadOnlyList<Subgraph> subgraphs, IReadOnlyList<IReadOnlyList<IReadOnlyList<PrecisionConfig>>> configurations,
        CompiledModel float32, Measurement whole);
}

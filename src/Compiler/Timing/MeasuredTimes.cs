using MixPrec.Compiler.Data;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Partition;

namespace MixPrec.Compiler.Timing;

/// <summary>Times of emitted code, measured now on this CPU.</summary>
internal sealed class MeasuredTimes(Graph graph, SampleSet samples, SubgraphTimer parts, CancellationToken cancellation) : ITimeModel
{
    public Measurement Whole(CompiledModel float32) => NetworkTimer.Measure(graph, samples, float32, cancellation);

    public TimingTable Parts(
        IReadOnlyList<Subgraph> subgraphs, IReadOnlyList<IReadOnlyList<IReadOnlyList<PrecisionConfig>>> configurations,
            CompiledModel float32, Measurement whole) =>
        parts.Measure(subgraphs, configurations, float32, whole);
}

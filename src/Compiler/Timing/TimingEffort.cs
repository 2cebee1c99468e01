using MixPrec.Compiler.Partition;

namespace MixPrec.Compiler.Timing;

/// <summary>What timing will take, from what the whole network takes: a guess that only has to tell seconds from hours.</summary>
/// <param name="Whole">Seconds of the network in fp32.</param>
/// <param name="Footprint">Bytes that it reads and writes.</param>
/// <param name="Share">The part of the whole that a sub-graph is, 0…1.</param>
internal sealed record TimingEffort(double Whole, long Footprint, Func<Subgraph, double> Share)
{
    /// <summary>Lowering, compiling and loading the class of a part, for each node of it.</summary>
    private const double SecondsPerNode = 0.008;

    /// <summary>Two rounds to warm up and five that count, of two runs each.</summary>
    private const int Runs = 14;

    /// <summary>A round is not shorter.</summary>
    private const double ShortestRun = 100e-6;

    /// <summary>How fast memory is read to leave the caches as the network does.</summary>
    private const double BytesPerSecond = 5e9;

    /// <summary>Fewest configurations of a part: about what one candidate for all of its layers makes.</summary>
    private const int FewestConfigurations = 8;

    /// <summary>Seconds for all configurations; equal parts are timed once.</summary>
    /// <param name="configurations">How many each sub-graph has.</param>
    public double Seconds(IReadOnlyList<Subgraph> subgraphs, IReadOnlyList<int> configurations) =>
        subgraphs.Zip(configurations).DistinctBy(p => (p.First.Signature, p.Second)).Sum(p => p.Second * Seconds(p.First));

    /// <summary>
    /// How many configurations of a sub-graph there is time for: <paramref name="most"/>, or half, or a quarter of it and so on.
    /// </summary>
    /// <param name="count">The configurations of each sub-graph under a cap.</param>
    public int Cap(IReadOnlyList<Subgraph> subgraphs, Func<int, IReadOnlyList<int>> count, int most, TimeSpan budget)
    {
        int cap = most;
        while (cap > FewestConfigurations && Seconds(subgraphs, count(cap)) > budget.TotalSeconds)
        {
            cap /= 2;
        }

        return cap;
    }

    private double Seconds(Subgraph part) =>
        (part.Nodes.Count * SecondsPerNode)
            + (Runs * Math.Max(ShortestRun, (Whole * Share(part)) + (Math.Min(Footprint, CachePressure.MostBytes) / BytesPerSecond)));
}

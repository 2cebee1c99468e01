namespace MixPrec.Compiler.Timing;

/// <summary>What a sub-graph takes.</summary>
/// <param name="Float32">With every op in fp32: what gains count from, also where rules leave no fp32 to choose.</param>
/// <param name="Configurations">In the order they were given.</param>
internal sealed record SubgraphTiming(Measurement Float32, IReadOnlyList<Measurement> Configurations)
{
    public static SubgraphTiming operator *(SubgraphTiming timing, double factor) =>
        new(timing.Float32 * factor, [.. timing.Configurations.Select(c => c * factor)]);
}

/// <summary>
/// The times of all sub-graphs of a network and of the network as a whole. The sub-graphs run one after the other, so their times in fp32
/// have to add up to that of the whole; what is left between the two (the clock, the call of a part, neighbours that share caches) is
/// spread over them by <see cref="Fitted"/>, so that the time that a plan is predicted to take is the sum of times that are all above 0.
/// </summary>
/// <param name="Whole">The network in fp32.</param>
internal sealed record TimingTable(IReadOnlyList<SubgraphTiming> Subgraphs, Measurement Whole)
{
    /// <summary>Up to this factor, in either direction, parts and whole agree.</summary>
    private const double Close = 1.5;

    /// <summary>Sum of the parts in fp32.</summary>
    public double Sum => Subgraphs.Sum(s => s.Float32.Nanoseconds);

    /// <summary>The whole as a multiple of the sum of its parts.</summary>
    public double Ratio => Sum > 0 && Whole.Nanoseconds > 0 ? Whole.Nanoseconds / Sum : 1;

    /// <summary>Whether gains of parts say something about the whole.</summary>
    public bool Agrees => Ratio is >= 1 / Close and <= Close;

    /// <summary>The times of the sub-graphs scaled so that their sum is the whole.</summary>
    public IReadOnlyList<SubgraphTiming> Fitted => [.. Subgraphs.Select(s => s * Ratio)];
}

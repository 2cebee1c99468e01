namespace MixPrec.Compiler.Timing;

/// <summary>What two measurements say of each other.</summary>
internal enum Verdict
{
    /// <summary>The rounds spread too far to tell.</summary>
    Undecided,

    /// <summary>The second is faster.</summary>
    Faster,

    /// <summary>The second is slower, or faster by so little that it is nothing.</summary>
    NotFaster,
}

/// <summary>Two networks, timed in turns or predicted.</summary>
internal sealed record TimeComparison(Measurement First, Measurement Second)
{
    /// <summary>Whether the times follow from those of parts in a timing table, and nothing was run.</summary>
    public bool IsPredicted { get; init; }

    /// <summary>Share of the time of the first that the second has to save.</summary>
    public const double LeastGain = 0.01;

    /// <summary>The time of the first as a multiple of that of the second.</summary>
    public double Speedup => First.Nanoseconds / Second.Nanoseconds;

    private double Saved => First.Nanoseconds - Second.Nanoseconds;

    private double Uncertainty => Math.Sqrt((First.Uncertainty * First.Uncertainty) + (Second.Uncertainty * Second.Uncertainty));

    /// <summary>
    /// Decided where the 95 % interval of the difference lies on one side: above nothing, or below what counts as something.
    /// </summary>
    public Verdict Verdict => Saved - Uncertainty > 0 ? Verdict.Faster
        : Saved + Uncertainty < LeastGain * First.Nanoseconds ? Verdict.NotFaster
        : Verdict.Undecided;
}

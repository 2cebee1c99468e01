namespace MixPrec.Compiler.Timing;

/// <summary>Time of one run in nanoseconds: the median of all rounds, and how far rounds spread.</summary>
/// <param name="Spread">Interquartile range.</param>
internal sealed record Measurement(double Nanoseconds, double Spread, int Rounds);

/// <summary>Times prepared runs against each other: rounds are interleaved, so that a disturbance of the machine hits all alike.</summary>
internal static class Stopwatches
{
    private const int Rounds = 31;
    private const int FewestRounds = 5;
    private const int MostRepetitions = 1 << 20;

    /// <summary>Length of one round: long against the clock's tick, short against the machine's disturbances.</summary>
    private const double RoundSeconds = 200e-6;

    /// <param name="runs">What is timed: one call each.</param>
    /// <param name="clock">The system's unless a test plays with time.</param>
    /// <param name="budget">Longest time for all of them; fewer rounds (but five at least) are taken when the runs are slow.</param>
    public static IReadOnlyList<Measurement> Measure(IReadOnlyList<Action> runs, TimeProvider clock, TimeSpan budget, CancellationToken cancellation)
    {
        int[] repetitions = [.. runs.Select(r => Repetitions(r, clock))];
        var samples = runs.Select(_ => new List<double>(Rounds)).ToArray();
        long end = clock.GetTimestamp() + (long)(budget.TotalSeconds * clock.TimestampFrequency);
        for (int round = 0; round < Rounds && (round < FewestRounds || clock.GetTimestamp() < end); round++)
        {
            for (int i = 0; i < runs.Count; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                samples[i].Add(Seconds(runs[i], repetitions[i], clock) * 1e9 / repetitions[i]);
            }
        }

        return [.. samples.Select(Summary)];
    }

    private static Measurement Summary(List<double> samples)
    {
        samples.Sort();
        double At(double quantile) => samples[(int)Math.Round(quantile * (samples.Count - 1))];
        return new(At(0.5), At(0.75) - At(0.25), samples.Count);
    }

    /// <summary>Runs once to warm up, then doubles until a round is long enough.</summary>
    private static int Repetitions(Action run, TimeProvider clock)
    {
        run();
        int repetitions = 1;
        while (repetitions < MostRepetitions && Seconds(run, repetitions, clock) < RoundSeconds)
        {
            repetitions *= 2;
        }

        return repetitions;
    }

    private static double Seconds(Action run, int repetitions, TimeProvider clock)
    {
        long start = clock.GetTimestamp();
        for (int i = 0; i < repetitions; i++)
        {
            run();
        }

        return (clock.GetTimestamp() - start) / (double)clock.TimestampFrequency;
    }
}

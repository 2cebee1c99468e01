using System.Diagnostics;
using MixPrec.Compiler.Execution;

namespace MixPrec.Compiler.Timing;

/// <summary>Time of one run in nanoseconds: the median of all rounds, and how far rounds spread.</summary>
/// <param name="Spread">Interquartile range.</param>
internal sealed record Measurement(double Nanoseconds, double Spread, int Rounds);

/// <summary>Times prepared runs against each other: rounds are interleaved, so that a disturbance of the machine hits all alike.</summary>
internal static class Stopwatches
{
    private const int Rounds = 31;

    /// <summary>Length of one round: long against the clock's tick, short against the machine's disturbances.</summary>
    private static readonly double RoundTicks = Stopwatch.Frequency * 200e-6;

    /// <param name="budget">Longest time for all of them; fewer rounds (but five) are taken when the runs are slow.</param>
    public static IReadOnlyList<Measurement> Measure(IReadOnlyList<PreparedRun> runs, TimeSpan budget, CancellationToken cancellation)
    {
        int[] repetitions = [.. runs.Select(Repetitions)];
        var samples = runs.Select(_ => new List<double>(Rounds)).ToArray();
        long end = Stopwatch.GetTimestamp() + (long)(budget.TotalSeconds * Stopwatch.Frequency);
        for (int round = 0; round < Rounds && (round < 5 || Stopwatch.GetTimestamp() < end); round++)
        {
            for (int i = 0; i < runs.Count; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                samples[i].Add(Ticks(runs[i], repetitions[i]) * 1e9 / Stopwatch.Frequency / repetitions[i]);
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

    /// <summary>Runs once to compile, then doubles until a round is long enough.</summary>
    private static int Repetitions(PreparedRun run)
    {
        run.Invoke();
        int repetitions = 1;
        while (repetitions < 1 << 20 && Ticks(run, repetitions) < RoundTicks)
        {
            repetitions *= 2;
        }

        return repetitions;
    }

    private static long Ticks(PreparedRun run, int repetitions)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < repetitions; i++)
        {
            run.Invoke();
        }

        return Stopwatch.GetTimestamp() - start;
    }
}

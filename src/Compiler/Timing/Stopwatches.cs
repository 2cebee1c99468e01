namespace MixPrec.Compiler.Timing;

/// <summary>What is timed.</summary>
/// <param name="Run">One call is one run.</param>
/// <param name="Before"> Called before every run and not timed, to leave the caches as the run would find them; null where runs that follow
/// each other do. </param>
internal sealed record TimedRun(Action Run, Action? Before = null);

/// <summary>How long to measure.</summary>
/// <param name="Longest">Longest time for all runs together; fewer rounds, but <see cref="Fewest"/> at least, are taken when they are
/// slow.</param>
internal sealed record RoundLimits(TimeSpan Longest)
{
    /// <summary>Enough for a median and quartiles.</summary>
    public int Fewest { get; init; } = 5;

    /// <summary>No more are taken once <see cref="Decided"/>.</summary>
    public int Usual { get; init; } = 31;

    /// <summary>
    /// Whether the measurements answer what they are taken for; until they do rounds go on, within <see cref="Longest"/>.
    /// </summary>
    public Func<IReadOnlyList<Measurement>, bool> Decided { get; init; } = _ => true;
}

/// <summary>
/// Times runs against each other: rounds are interleaved, so that a disturbance of the machine hits all alike. A round begins with a run
/// that is not timed, which brings back what the other runs drove out of the caches. Where the thread was set aside in a round, its time is
/// reduced to the share that it was running.
/// </summary>
internal static class Stopwatches
{
    private const int MostRepetitions = 1 << 20;

    /// <summary>Length of one round: long against the clock's tick, short against the machine's disturbances.</summary>
    private const double RoundSeconds = 200e-6;

    /// <summary>Longest round where most of it is not timed.</summary>
    private const double RoundWithRest = 1e-3;

    /// <summary>Two rounds that differ by less are of code and caches that have settled.</summary>
    private const double Settled = 0.05;

    /// <summary>Most rounds to wait for that.</summary>
    private const int MostWarmUps = 12;

    public static IReadOnlyList<Measurement> Measure(IReadOnlyList<TimedRun> runs, StopClocks clocks, RoundLimits limits,
        CancellationToken cancellation)
    {
        long start = clocks.Wall.GetTimestamp();
        double reading = clocks.Reading();
        int[] repetitions = [.. runs.Select(r => WarmUp(r, clocks, reading, cancellation))];
        var samples = runs.Select(_ => new List<double>(limits.Usual)).ToArray();
        IReadOnlyList<Measurement> Summary() => [.. samples.Select(s => Measurement.FromTimes(s))];
        for (int round = 0; round < limits.Fewest || clocks.Seconds(start) < limits.Longest.TotalSeconds; round++)
        {
            if (round >= limits.Usual && round % limits.Usual == 0 && limits.Decided(Summary()))
            {
                break;
            }

            for (int i = 0; i < runs.Count; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                samples[i].Add(Round(runs[i], repetitions[i], clocks, reading) * 1e9 / repetitions[i]);
            }
        }

        return Summary();
    }

    /// <summary>
    /// Doubles the runs of a round until it is long enough, then repeats it until its time has settled: first runs are those of code that
    /// is not compiled, or not yet as it will be, and of memory that was never read.
    /// </summary>
    /// <returns>The runs of a round.</returns>
    private static int WarmUp(TimedRun run, StopClocks clocks, double reading, CancellationToken cancellation)
    {
        int repetitions = 1;
        double last = double.PositiveInfinity;
        for (int warmUps = 0; warmUps < MostWarmUps;)
        {
            cancellation.ThrowIfCancellationRequested();
            long start = clocks.Wall.GetTimestamp();
            double seconds = Round(run, repetitions, clocks, reading);
            if (seconds < RoundSeconds && repetitions < MostRepetitions && (run.Before is null || clocks.Seconds(start) < RoundWithRest))
            {
                repetitions *= 2;
                continue;
            }

            if (Math.Abs(seconds - last) <= Settled * seconds)
            {
                break;
            }

            (last, warmUps) = (seconds, warmUps + 1);
        }

        return repetitions;
    }

    /// <summary>Seconds of the timed runs of one round.</summary>
    private static double Round(TimedRun run, int repetitions, StopClocks clocks, double reading)
    {
        run.Before?.Invoke();
        run.Run();
        long thread = clocks.Thread?.GetTimestamp() ?? 0, start = clocks.Wall.GetTimestamp();
        double timed = run.Before is null ? Together(run.Run, repetitions, clocks)
            : OneByOne(run.Run, run.Before, repetitions, clocks, reading);
        double whole = clocks.Seconds(start);
        double running = clocks.Thread is { } clock ? (clock.GetTimestamp() - thread) / (double)clock.TimestampFrequency : whole;
        return running > 0 && running < whole ? timed * (running / whole) : timed;
    }

    private static double Together(Action run, int repetitions, StopClocks clocks)
    {
        long start = clocks.Wall.GetTimestamp();
        for (int i = 0; i < repetitions; i++)
        {
            run();
        }

        return clocks.Seconds(start);
    }

    private static double OneByOne(Action run, Action before, int repetitions, StopClocks clocks, double reading)
    {
        double seconds = 0;
        for (int i = 0; i < repetitions; i++)
        {
            before();
            long start = clocks.Wall.GetTimestamp();
            run();
            seconds += Math.Max(0, clocks.Seconds(start) - reading);
        }

        return seconds;
    }
}

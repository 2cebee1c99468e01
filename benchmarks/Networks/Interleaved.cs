using System.Diagnostics;

namespace MixPrec.Benchmarks.Networks;

/// <summary>Times several runs in turn, so that whatever else the machine does falls on all of them alike.</summary>
internal static class Interleaved
{
    public const int Rounds = 41;

    private const int OtherWork = 64 << 20, CacheLine = 64;

    private static readonly TimeSpan RoundTime = TimeSpan.FromMilliseconds(10), WarmUp = TimeSpan.FromSeconds(2);

    /// <summary>Median microseconds of each run.</summary>
    public static double[] Medians(params Action[] runs)
    {
        int[] repetitions = [.. runs.Select(Repetitions)];
        return MediansOfTurns(TimeSpan.Zero, runs.Length, which => Microseconds(() =>
        {
            for (int i = 0; i < repetitions[which]; i++)
            {
                runs[which]();
            }
        }) / repetitions[which]);
    }

    /// <summary>
    /// The same of single runs whose weights are in no cache: before each, 64 MB of other memory are written, as by the other work of an
    /// application.
    /// </summary>
    public static double[] MediansAfterOtherWork(params Action[] runs)
    {
        Array.ForEach(runs, run => Repetitions(run));
        byte[] other = new byte[OtherWork];
        return MediansOfTurns(TimeSpan.Zero, runs.Length, which =>
        {
            for (int i = 0; i < other.Length; i += CacheLine)
            {
                other[i]++;
            }

            return Microseconds(runs[which]);
        });
    }

    /// <summary>
    /// The same of the fastest run of each turn, for machines that do other things too: a run on two threads waits for whichever is
    /// interrupted, and a round of several hardly ever has none.
    /// </summary>
    /// <param name="rest">Before each turn, in which the threads of the turn before stop looking for work.</param>
    /// <param name="runs">Timed in turn.</param>
    public static double[] MediansOfFastest(TimeSpan rest, params Action[] runs)
    {
        int[] repetitions = [.. runs.Select(run => Math.Max(3, Repetitions(run)))];
        return MediansOfTurns(rest, runs.Length, which =>
            Enumerable.Range(0, repetitions[which]).Min(_ => Microseconds(runs[which])));
    }

    private static double[] MediansOfTurns(TimeSpan rest, int runs, Func<int, double> turnOf)
    {
        var times = Enumerable.Range(0, runs).Select(_ => new double[Rounds]).ToArray();
        for (int round = 0; round < Rounds; round++)
        {
            for (int turn = 0; turn < runs; turn++)
            {
                int which = (round + turn) % runs;
                Thread.Sleep(rest);
                times[which][round] = turnOf(which);
            }
        }

        return [.. times.Select(t => t.Order().ElementAt(Rounds / 2))];
    }

    private static double Microseconds(Action run)
    {
        long start = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }

    /// <summary>Runs until the just-in-time compiler has had its time, then as many runs as fill a round.</summary>
    private static int Repetitions(Action run)
    {
        var clock = Stopwatch.StartNew();
        long count = 0;
        for (; clock.Elapsed < WarmUp; count++)
        {
            run();
        }

        return (int)Math.Max(1, count * RoundTime / WarmUp);
    }
}

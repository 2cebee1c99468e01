using System.Diagnostics;

namespace MixPrec.Benchmarks.Networks;

/// <summary>Times several runs in turn, so that whatever else the machine does falls on all of them alike.</summary>
internal static class Interleaved
{
    public const int Rounds = 41;

    private static readonly TimeSpan RoundTime = TimeSpan.FromMilliseconds(10), WarmUp = TimeSpan.FromSeconds(2);

    /// <summary>Median microseconds of each run.</summary>
    public static double[] Medians(params Action[] runs) => Medians(TimeSpan.Zero, runs);

    /// <summary>The same with a rest before each turn, in which the threads of the turn before stop looking for work.</summary>
    public static double[] Medians(TimeSpan rest, params Action[] runs)
    {
        int[] repetitions = [.. runs.Select(Repetitions)];
        var times = runs.Select(_ => new double[Rounds]).ToArray();
        for (int round = 0; round < Rounds; round++)
        {
            for (int turn = 0; turn < runs.Length; turn++)
            {
                int which = (round + turn) % runs.Length;
                Thread.Sleep(rest);
                long start = Stopwatch.GetTimestamp();
                for (int i = 0; i < repetitions[which]; i++)
                {
                    runs[which]();
                }

                times[which][round] = Stopwatch.GetElapsedTime(start).TotalMicroseconds / repetitions[which];
            }
        }

        return [.. times.Select(t => t.Order().ElementAt(Rounds / 2))];
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

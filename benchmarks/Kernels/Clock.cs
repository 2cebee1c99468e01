using System.Diagnostics;

namespace MixPrec.Benchmarks.Kernels;

/// <summary>Times several actions in turn, so that whatever else the machine does falls on all of them alike.</summary>
internal static class Clock
{
    private const int Samples = 41;

    /// <summary>Median nanoseconds of one call of each action over samples of about <paramref name="sampleMicroseconds"/> each.</summary>
    public static double[] Medians(double sampleMicroseconds, params Action[] actions) =>
        [.. Sorted(sampleMicroseconds, actions).Select(samples => samples[Samples / 2])];

    /// <summary>The least instead of the median: what is left of a machine that does other things.</summary>
    public static double[] Best(double sampleMicroseconds, params Action[] actions) =>
        [.. Sorted(sampleMicroseconds, actions).Select(samples => samples[0])];

    private static double[][] Sorted(double sampleMicroseconds, Action[] actions)
    {
        int[] calls = [.. actions.Select(action => Calls(action, sampleMicroseconds))];
        var times = new double[actions.Length][];
        for (int i = 0; i < actions.Length; i++)
        {
            times[i] = new double[Samples];
        }

        for (int sample = 0; sample < Samples; sample++)
        {
            for (int i = 0; i < actions.Length; i++)
            {
                // What ran before has left its own data in the caches.
                actions[i]();
                times[i][sample] = Nanoseconds(actions[i], calls[i]) / calls[i];
            }
        }

        foreach (double[] samples in times)
        {
            Array.Sort(samples);
        }

        return times;
    }

    private static int Calls(Action action, double sampleMicroseconds)
    {
        // 60 calls over more than three times 100 ms take the callers through tiered compilation.
        var start = Stopwatch.StartNew();
        for (int i = 0; i < 60 || start.ElapsedMilliseconds < 400; i++)
        {
            action();
        }

        // Doubling rather than dividing by the time of one call, which the clock may not resolve.
        int calls = 1;
        while (calls < 1 << 20 && Nanoseconds(action, calls) < sampleMicroseconds * 1000)
        {
            calls *= 2;
        }

        return calls;
    }

    private static double Nanoseconds(Action action, int calls)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++)
        {
            action();
        }

        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    }
}

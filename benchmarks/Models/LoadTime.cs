using System.Diagnostics;

namespace ModelBenchmarks;

/// <summary>Milliseconds that a generated class takes to load.</summary>
internal static class LoadTime
{
    public const int Rounds = 31;

    /// <summary>Median over the rounds; each object is disposed of before the next is loaded.</summary>
    public static (double First, double Median) Measure(Func<IDisposable> load)
    {
        var times = new double[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            using var model = load();
            times[round] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        double first = times[0];
        Array.Sort(times);
        return (first, times[Rounds / 2]);
    }
}

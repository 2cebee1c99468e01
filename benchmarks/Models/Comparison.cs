using System.Diagnostics;

namespace ModelBenchmarks;

/// <summary>A generated class's <c>Run</c>.</summary>
internal delegate void Network(ReadOnlySpan<float> input, Span<float> output);

/// <summary>Medians of one run in microseconds, what <c>Run</c> allocates, and how far fp32 is from the peer's outputs.</summary>
internal sealed record Comparison(double Peer, double Float32, double Mixed, long AllocatedBytes, float LargestDifference)
{
    public const int Rounds = 61;
    private const int AllocationRuns = 1000;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2), RoundTime = TimeSpan.FromMilliseconds(5);

    /// <summary>Times the three in turns, the order rotating, so that whatever else the machine does meets all alike.</summary>
    public static Comparison Of(OnnxRuntimeNetwork peer, float[] inputs, Network float32, Network mixed)
    {
        var outputs = new float[peer.Outputs.Length];
        Action[] runs = [peer.Run, () => float32(inputs, outputs), () => mixed(inputs, outputs)];
        int[] repetitions = [.. runs.Select(Repetitions)];
        var times = runs.Select(_ => new List<double>()).ToArray();
        for (int round = 0; round < Rounds; round++)
        {
            for (int turn = 0; turn < runs.Length; turn++)
            {
                int which = (round + turn) % runs.Length;
                times[which].Add(Time(runs[which], repetitions[which]));
            }
        }

        runs[0]();
        runs[1]();
        float difference = peer.Outputs.Zip(outputs, (expected, actual) => MathF.Abs(expected - actual)).Max();
        return new(Median(times[0]), Median(times[1]), Median(times[2]), Allocated(inputs, outputs, mixed), difference);
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

    private static double Time(Action run, int repetitions)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < repetitions; i++)
        {
            run();
        }

        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / repetitions;
    }

    private static long Allocated(float[] inputs, float[] outputs, Network network)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < AllocationRuns; i++)
        {
            network(inputs, outputs);
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / AllocationRuns;
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}

namespace MixPrec.Compiler.Timing;

/// <summary>What runs are timed with.</summary>
/// <param name="Wall">Tells how long a run took.</param>
/// <param name="Thread">Tells which part of that the thread was running; null where that is not known.</param>
internal sealed record StopClocks(TimeProvider Wall, TimeProvider? Thread)
{
    /// <summary>Those of this machine.</summary>
    public static StopClocks System => new(TimeProvider.System, ThreadClock.Fine);

    /// <summary>Seconds that reading the clock takes, which two readings around a run count with it.</summary>
    public double Reading()
    {
        double[] readings = [.. Enumerable.Range(0, 101).Select(_ => Seconds(Wall.GetTimestamp()))];
        Array.Sort(readings);
        return readings[readings.Length / 2];
    }

    /// <summary>Seconds on the wall since a reading of <see cref="Wall"/>.</summary>
    public double Seconds(long since) => (Wall.GetTimestamp() - since) / (double)Wall.TimestampFrequency;
}

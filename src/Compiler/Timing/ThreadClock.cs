using System.Runtime.InteropServices;

namespace MixPrec.Compiler.Timing;

/// <summary>
/// Time that the calling thread was running on a CPU. On a busy machine it goes on counting the work alone where the clock on the wall
/// counts the other processes' too.
/// </summary>
internal sealed partial class ThreadClock : TimeProvider
{
    /// <summary>CLOCK_THREAD_CPUTIME_ID of Linux.</summary>
    private const int ThreadCpuTime = 3;

    private const long Second = 1_000_000_000;

    private ThreadClock()
    {
    }

    /// <summary>Null where the system has no such clock or one that ticks too seldom: some count in hundredths of a second.</summary>
    public static ThreadClock? Fine { get; } = OperatingSystem.IsLinux() && Environment.Is64BitProcess && new ThreadClock() is var clock
        && clock.IsFine() ? clock : null;

    public override long TimestampFrequency => Second;

    public override long GetTimestamp() => Read(ThreadCpuTime, out var time) == 0 ? (time.Seconds * Second) + time.Nanoseconds : 0;

    /// <summary>
    /// Whether it moves within microseconds, in one of several tries: a try in which the thread is set aside says nothing.
    /// </summary>
    private bool IsFine()
    {
        try
        {
            return Enumerable.Range(0, 8).Any(_ => Changes(TimeSpan.FromMilliseconds(0.3)) >= 10);
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    private int Changes(TimeSpan length)
    {
        int changes = 0;
        long start = System.GetTimestamp(), last = GetTimestamp();
        while (System.GetElapsedTime(start) < length)
        {
            long now = GetTimestamp();
            changes += now == last ? 0 : 1;
            last = now;
        }

        return changes;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int Read(int clock, out TimeSpec time);

    private readonly struct TimeSpec
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}

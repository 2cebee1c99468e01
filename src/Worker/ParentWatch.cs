using System.Diagnostics;
using MixPrec.Jobs;

namespace MixPrec.Worker;

/// <summary>
/// Ends this process when the one that started it is gone, however that came about: a process that is killed closes its end of the pipe
/// that is our standard input.
/// </summary>
internal static class ParentWatch
{
    /// <summary>Native code may keep a process that was asked to end from ending.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Watches the end of <paramref name="input"/>, which the parent holds open and never writes to.</summary>
    public static void EndWith(Stream input)
    {
        var watch = new Thread(() =>
        {
            while (input.ReadByte() >= 0)
            {
            }

            using var self = Process.GetCurrentProcess();
            using var killing = new Timer(_ => self.Kill(), null, Patience, Timeout.InfiniteTimeSpan);
            Environment.Exit(WorkerExitCode.Cancelled);
        })
        {
            IsBackground = true,
            Name = nameof(ParentWatch),
        };
        watch.Start();
    }
}

using System.Diagnostics;
using System.Globalization;

namespace MixPrec.Benchmarks.EndToEnd;

/// <summary>
/// Watches the workers that a build starts, by their command lines below <c>/proc</c>: peak memory and life of each. Linux only; elsewhere
/// it sees none.
/// </summary>
internal sealed class WorkerWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private readonly CancellationTokenSource _end = new();
    private readonly Dictionary<string, (TimeSpan First, TimeSpan Last)> _lives = [];
    private readonly Task _task;
    private readonly string _folder;

    /// <param name="folder">Of the project that is built; part of the workers' command lines.</param>
    public WorkerWatch(string folder)
    {
        _folder = folder;
        _task = Directory.Exists("/proc/self") ? Task.Run(Watch) : Task.CompletedTask;
    }

    /// <summary>Largest resident set of any worker, in bytes.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>The life of the worker that lived longest, which is the one that plans.</summary>
    public TimeSpan Longest => _lives.Values.Select(l => l.Last - l.First).DefaultIfEmpty().Max();

    public void Dispose()
    {
        _end.Cancel();
        _task.Wait();
        _end.Dispose();
    }

    private void Watch()
    {
        var clock = Stopwatch.StartNew();
        while (!_end.Token.WaitHandle.WaitOne(Interval))
        {
            foreach (string process in Directory.EnumerateDirectories("/proc").Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0])))
            {
                Look(process, clock.Elapsed);
            }
        }
    }

    private void Look(string process, TimeSpan now)
    {
        try
        {
            string command = File.ReadAllText(Path.Combine(process, "cmdline"));
            if (command.Contains("mixprec.dll", StringComparison.Ordinal) && command.Contains(_folder, StringComparison.Ordinal)
                && File.ReadLines(Path.Combine(process, "status"))
                    .FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)) is { } line)
            {
                PeakBytes = Math.Max(PeakBytes,
                    long.Parse(line["VmHWM:".Length..^"kB".Length], NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
                    CultureInfo.InvariantCulture) * 1024);
                _lives[process] = (_lives.TryGetValue(process, out var life) ? life.First : now, now);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended between two looks.
        }
    }
}

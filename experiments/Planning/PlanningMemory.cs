using System.Diagnostics;
using System.Globalization;
using MixPrec.Compiler;

namespace MixPrec.Experiments.Planning;

/// <summary>
/// Follows a build: what memory of its own the process holds, looked at every few milliseconds, apart from pages of files, which the system
/// takes back when it needs room. A line for each stage goes to the error output. Zeros where the system is not Linux.
/// </summary>
internal sealed class PlanningMemory : IProgress<BuildProgress>, IDisposable
{
    private const int Milliseconds = 20;

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Lock _lock = new();
    private readonly Timer _looks;
    private string _stage = "starting";
    private double _begun, _used;
    private long _mostOfStage;

    public PlanningMemory() => _looks = new(_ => Look(), null, 0, Milliseconds);

    /// <summary>Bytes of memory that belongs to no file, at their most so far.</summary>
    public long MostOwn { get; private set; }

    public void Report(BuildProgress value)
    {
        if (value.Words != _stage)
        {
            Tell();
            _stage = value.Words;
        }
    }

    public void Dispose()
    {
        _looks.Dispose();
        Tell();
    }

    private void Look()
    {
        long own = Of("RssAnon:");
        lock (_lock)
        {
            (_mostOfStage, MostOwn) = (Math.Max(_mostOfStage, own), Math.Max(MostOwn, own));
        }
    }

    private void Tell()
    {
        Look();
        lock (_lock)
        {
            double now = _clock.Elapsed.TotalSeconds, used = Environment.CpuUsage.TotalTime.TotalSeconds;
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"    {now - _begun,6:F1} s, {used - _used,6:F1} of CPU, most {_mostOfStage >> 20,5} MB, now {Of("RssAnon:") >> 20,5}")
                + string.Create(CultureInfo.InvariantCulture, $" and {Of("RssFile:") >> 20,5} of files: {_stage}"));
            (_begun, _used, _mostOfStage) = (now, used, 0);
        }
    }

    private static long Of(string name) => !File.Exists("/proc/self/status") ? 0 : File.ReadLines("/proc/self/status")
        .Where(l => l.StartsWith(name, StringComparison.Ordinal))
        .Select(l => long.Parse(l[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture) * 1024)
        .FirstOrDefault();
}

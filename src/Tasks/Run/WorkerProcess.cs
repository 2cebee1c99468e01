using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;

namespace MixPrec.Tasks.Run;

/// <summary>How a worker process ended.</summary>
internal enum WorkerEnd
{
    Exited,
    TimedOut,
    OutOfMemory,
    Cancelled,
}

/// <summary>What is known of a worker process that ended.</summary>
/// <param name="LastErrors">The last lines of its standard error.</param>
internal sealed record WorkerResult(WorkerEnd End, int ExitCode, IReadOnlyList<string> LastErrors);

/// <param name="Time">After which a worker is stopped.</param>
/// <param name="Memory">Bytes above which it is stopped; null for no limit.</param>
internal sealed record WorkerLimits(TimeSpan Time, long? Memory = null);

/// <summary>
/// Runs one worker process. MSBuild's own <c>ToolTask</c> is not used because it adds warnings of its own (MSB5002, MSB5021) when it stops
/// a tool, and a timeout has to be one line.
/// </summary>
internal static class WorkerProcess
{
    private const int KeptErrorLines = 20;

    /// <summary>How often the memory of the process is looked at.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Starts, passes each line of standard output on, and waits for the end, a limit or the cancellation, whichever comes first.
    /// </summary>
    /// <remarks>Standard input stays open and empty until the end: the worker takes its end for that of the build.</remarks>
    public static WorkerResult Run(string executable, IReadOnlyList<string> arguments, string directory, WorkerLimits limits,
        Action<string> onLine, CancellationToken cancellation)
    {
        var errors = new ConcurrentQueue<string>();
        using var process = new Process { StartInfo = StartInfo(executable, arguments, directory) };
        using var ended = new ManualResetEvent(false);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => ended.Set();
        process.OutputDataReceived += (_, line) => Pass(line.Data, onLine);
        process.ErrorDataReceived += (_, line) => Pass(line.Data, text =>
        {
            errors.Enqueue(text);
            while (errors.Count > KeptErrorLines && errors.TryDequeue(out var _))
            {
            }
        });
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        var end = Wait(process, [ended, cancellation.WaitHandle], limits);
        if (end != WorkerEnd.Exited)
        {
            ProcessTree.Kill(process);
        }

        process.WaitForExit();
        return new(end, process.ExitCode, [.. errors]);
    }

    private static WorkerEnd Wait(Process process, WaitHandle[] ends, WorkerLimits limits)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var left = limits.Time - clock.Elapsed;
            var reason = WaitHandle.WaitAny(ends, left < TimeSpan.Zero ? TimeSpan.Zero
                : limits.Memory is null || left < Glance ? left : Glance);
            if (reason != WaitHandle.WaitTimeout)
            {
                return reason == 0 ? WorkerEnd.Exited : WorkerEnd.Cancelled;
            }

            if (clock.Elapsed >= limits.Time)
            {
                return WorkerEnd.TimedOut;
            }

            if (limits.Memory is { } most && ProcessMemory.Of(process) > most)
            {
                return WorkerEnd.OutOfMemory;
            }
        }
    }

    /// <summary>The command line as a shell reads it, for a user who wants to see the failure again.</summary>
    public static string CommandLine(string executable, IEnumerable<string> arguments) =>
        string.Join(" ", new[] { executable }.Concat(arguments).Select(Quote));

    private static ProcessStartInfo StartInfo(string executable, IEnumerable<string> arguments, string directory)
    {
        var start = new ProcessStartInfo(executable, string.Join(" ", arguments.Select(Quote)))
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        WorkerEnvironment.Clean(start.Environment);
        return start;
    }

    private static void Pass(string? line, Action<string> receiver)
    {
        if (!string.IsNullOrWhiteSpace(line))
        {
            receiver(line!);
        }
    }

    /// <summary>Quotes by the rules that .NET and the C runtime of Windows share: backslashes count only before a quote.</summary>
    private static string Quote(string argument)
    {
        if (argument.Length > 0 && argument.All(c => char.IsLetterOrDigit(c) || "/\\-_.:=+,".IndexOf(c) >= 0))
        {
            return argument;
        }

        var quoted = new StringBuilder("\"");
        var backslashes = 0;
        foreach (var c in argument)
        {
            if (c == '"')
            {
                quoted.Append('\\', backslashes + 1);
            }

            backslashes = c == '\\' ? backslashes + 1 : 0;
            quoted.Append(c);
        }

        return quoted.Append('\\', backslashes).Append('"').ToString();
    }
}

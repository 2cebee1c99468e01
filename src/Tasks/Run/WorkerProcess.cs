using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;

namespace MixPrec.Tasks.Run;

/// <summary>How a worker process ended.</summary>
internal enum WorkerEnd
{
    Exited,
    TimedOut,
    Cancelled,
}

/// <summary>What is known of a worker process that ended.</summary>
/// <param name="LastErrors">The last lines of its standard error.</param>
internal sealed record WorkerResult(WorkerEnd End, int ExitCode, IReadOnlyList<string> LastErrors);

/// <summary>
/// Runs one worker process. MSBuild's own <c>ToolTask</c> is not used because it adds warnings of its own (MSB5002, MSB5021) when it stops
/// a tool, and a timeout has to be one line.
/// </summary>
internal static class WorkerProcess
{
    private const int KeptErrorLines = 20;

    /// <remarks>Standard input stays open and empty until the end: the worker takes its end for that of the build.</remarks>
    /// <summary>
    /// Starts, passes each line of standard output on, and waits for the end, the timeout or the cancellation, whichever comes first.
    /// </summary>
    public static WorkerResult Run(string executable, IReadOnlyList<string> arguments, string directory, TimeSpan timeout,
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

        var reason = WaitHandle.WaitAny([ended, cancellation.WaitHandle], timeout);
        if (reason != 0)
        {
            ProcessTree.Kill(process);
        }

        process.WaitForExit();
        var end = reason switch { 0 => WorkerEnd.Exited, 1 => WorkerEnd.Cancelled, _ => WorkerEnd.TimedOut };
        return new(end, process.ExitCode, [.. errors]);
    }

    /// <summary>The command line as a shell reads it, for a user who wants to see the failure again.</summary>
    public static string CommandLine(string executable, IEnumerable<string> arguments) =>
        string.Join(" ", new[] { executable }.Concat(arguments).Select(Quote));

    private static ProcessStartInfo StartInfo(string executable, IEnumerable<string> arguments, string directory) =>
        Quietly(new(executable, string.Join(" ", arguments.Select(Quote)))
    {
        UseShellExecute = false,
        CreateNoWindow = true,
        WorkingDirectory = directory,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        StandardOutputEncoding = Encoding.UTF8,
        StandardErrorEncoding = Encoding.UTF8,
    });

    /// <summary>
    /// The runtime offers each process to debuggers by a socket and two pipes in the temporary folder, which stay there when it is killed.
    /// </summary>
    private static ProcessStartInfo Quietly(ProcessStartInfo start)
    {
        const string Name = "DOTNET_EnableDiagnostics";
        if (!start.Environment.ContainsKey(Name))
        {
            start.Environment[Name] = "0";
        }

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

using System.Diagnostics;
using System.Text;

namespace MixPrec.Package.Tests.Consumers;

/// <summary>How a <c>dotnet</c> command ended and everything it printed.</summary>
public sealed record CommandResult(int ExitCode, string Output)
{
    public bool Succeeded => ExitCode == 0;

    /// <summary>Distinct lines that hold <paramref name="text"/> (the summary of a build repeats its errors).</summary>
    public string[] Lines(string text) =>
        [.. Output.Split('\n').Select(line => line.Trim()).Where(line => line.Contains(text, StringComparison.Ordinal)).Distinct()];
}

/// <summary>Runs <c>dotnet</c> as a user would: no build servers that outlive the test, no settings of the test's own process.</summary>
public static class DotNet
{
    private static readonly string[] Detached = ["--disable-build-servers", "-nodeReuse:false", "--nologo"];

    public static Process Start(string directory, params string[] arguments)
    {
        string[] all = arguments[0] is "build" or "clean" or "publish" ? [.. arguments, .. Detached] : [.. arguments];
        return Start("dotnet", directory, all);
    }

    /// <summary>Runs a program that a project became.</summary>
    public static async Task<CommandResult> RunProgram(string program, string directory, params string[] arguments)
    {
        using var process = Start(program, directory, arguments);
        return await Finish(process);
    }

    /// <summary>Starts a program that is to become <c>dotnet</c>, such as <c>env</c>.</summary>
    public static Process StartProgram(string program, string directory, params string[] arguments) => Start(program, directory, arguments);

    private static Process Start(string program, string directory, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // No test of a package asks how fast a plan is.
            Environment = { ["DOTNET_CLI_UI_LANGUAGE"] = "en", ["MSBUILDTERMINALLOGGER"] = "off", ["MixPrecTimingSeconds"] = "1" },
        };
        foreach (var name in start.Environment.Keys.Where(name =>
            name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) && name != "MSBUILDTERMINALLOGGER").ToArray())
        {
            start.Environment.Remove(name);
        }

        return Process.Start(start)!;
    }

    public static async Task<CommandResult> Finish(Process process)
    {
        var output = new StringBuilder();
        void Append(object sender, DataReceivedEventArgs line)
        {
            lock (output)
            {
                output.AppendLine(line.Data);
            }
        }

        process.OutputDataReceived += Append;
        process.ErrorDataReceived += Append;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new(process.ExitCode, output.ToString());
    }

    public static async Task<CommandResult> Run(string directory, params string[] arguments)
    {
        using var process = Start(directory, arguments);
        return await Finish(process);
    }
}

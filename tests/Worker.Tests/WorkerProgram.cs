using System.Diagnostics;
using MixPrec.Worker.CommandLine;

namespace MixPrec.Worker.Tests;

/// <summary>How a start of the program ended.</summary>
internal sealed record ProgramResult(int ExitCode, string Out, string Error)
{
    public string[] OutLines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>The program as a process, from the build output it has in this repository.</summary>
internal static class WorkerProgram
{
    /// <summary>Optional models and data beside the repository; tests that want them skip without.</summary>
    public static string SharedDirectory { get; } = Path.Combine(Path.GetDirectoryName(RepositoryFolder.Root)!, "shared");

    public static string SampleModel { get; } = Path.Combine(RepositoryFolder.Root, "samples", "DigitClassifier", "models", "digits.onnx");

    public static string SampleData { get; } = Path.Combine(RepositoryFolder.Root, "samples", "DigitClassifier", "data", "calibration.npz");

    private static string Dll { get; } = Path.Combine(
        RepositoryFolder.Root, "src", "Worker", "bin",
            Path.GetFileName(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)))!, "net10.0",
            "mixprec.dll");

    public static Process Start(params string[] arguments) => Start([], arguments);

    public static Process Start(Dictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Dll, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    public static async Task<ProgramResult> Finish(Process process)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var error = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return new(process.ExitCode, await output, await error);
    }

    /// <summary>
    /// The same command in this process: for what it reads, says and returns. A process of its own compiles its code anew, which takes
    /// longer than most commands.
    /// </summary>
    public static ProgramResult RunHere(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = CommandLineProgram.Run(arguments, new(output, error), TestContext.Current.CancellationToken);
        return new(code, output.ToString(), error.ToString());
    }

    public static async Task<ProgramResult> Run(params string[] arguments)
    {
        using var process = Start(arguments);
        return await Finish(process);
    }
}

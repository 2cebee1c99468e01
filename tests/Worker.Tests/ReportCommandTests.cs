using System.Text.Json;
using MixPrec.Jobs;
using MixPrec.Worker.CommandLine;

namespace MixPrec.Worker.Tests;

/// <summary>Reports of plans in lock files.</summary>
public sealed class ReportCommandTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mixprec-report");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void APlanOfTheLockFileIsReportedInEachFormat()
    {
        string lockFile = Path.Combine(_directory.FullName, "plan.json"), page = Path.Combine(_directory.FullName, "page.html");
        Assert.Equal(WorkerExitCode.Done, Run("plan", "--calibration-data", WorkerProgram.SampleData, "--lock-file", lockFile,
            "--objective", "Macs", "--error-budget", "0.05", "--timing-seconds", "1").Code);

        Assert.Equal(WorkerExitCode.Done, Run("report", "--lock-file", lockFile, "--output", page).Code);
        Assert.Contains("plan from the lock file", File.ReadAllText(page), StringComparison.Ordinal);
        Assert.Contains("Precision map", File.ReadAllText(page), StringComparison.Ordinal);
        Assert.StartsWith("### Digits", Run("report", "--lock-file", lockFile, "--format", "markdown").Out, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(Run("report", "--lock-file", lockFile, "--json").Out);
        Assert.Empty(json.RootElement.GetProperty("steps").EnumerateArray());
        using var timed = JsonDocument.Parse(Run("report", "--lock-file", lockFile, "--json", "--measure").Out);
        Assert.True(timed.RootElement.GetProperty("steps").GetArrayLength() >= 7);
        Assert.Contains("on the machine that made this page", Run("report", "--lock-file", lockFile, "--measure", "--calibration-data",
            WorkerProgram.SampleData).Out, StringComparison.Ordinal);
        Assert.Equal(WorkerExitCode.Usage, Run("report", "--lock-file", lockFile, "--calibration-data", "x").Code);
        Assert.Equal(0.05, json.RootElement.GetProperty("lossError").GetProperty("budget").GetDouble());
    }

    [Fact]
    public void WithoutAPlanItIsSaid()
    {
        string lockFile = Path.Combine(_directory.FullName, "plan.json");
        File.WriteAllText(lockFile, """{ "version": 4, "plans": {} }""");
        var (code, _, error) = Run("report", "--lock-file", lockFile);
        Assert.Equal(WorkerExitCode.Error, code);
        Assert.Contains("error MXP1111: ", error, StringComparison.Ordinal);
        Assert.Contains("mixprec plan makes one", error, StringComparison.Ordinal);
    }

    private static (int Code, string Out, string Error) Run(string command, params string[] options)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = CommandLineProgram.Run([command, WorkerProgram.SampleModel, .. options], new(output, error),
            TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }
}

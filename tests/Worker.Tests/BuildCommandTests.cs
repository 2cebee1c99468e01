using System.Diagnostics;
using System.Text.Json;

namespace MixPrec.Worker.Tests;

/// <summary>The worker as the build task starts it: exit codes, files, and what is left when it is stopped.</summary>
public sealed class BuildCommandTests : IDisposable
{
    private static readonly string[] Whole =
        ["Net.diagnostics", "Net.inputs", "Net.plan.json", "Net.report.html", "Net.report.json", "Net.report.md", "Net.summary.txt",
            "Net.weights"];

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("mixprec-worker");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public async Task SampleWithoutCalibrationLeavesEveryResult()
    {
        var result = await WorkerProgram.Run("build", "--job", Job(("Mode", "Skip")));
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(Whole, Results());
        Assert.Contains("MXP1105", Text(".diagnostics"), StringComparison.Ordinal);
        Assert.Contains(WorkerProgram.SampleModel, Text(".inputs").Split('\n'));
        Assert.Contains(result.OutLines, line => line.StartsWith("progress ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ErrorBudget", "0,01", "MXP1002")]
    [InlineData("Model", "/nowhere/net.onnx", "MXP1001")]
    [InlineData("CalibrationData", "/nowhere/calibration.npz", "MXP1001")]
    [InlineData("Mode", "Locked", "MXP1102")]
    public async Task BadInputIsOneLineAndNoResult(string name, string value, string code)
    {
        var result = await WorkerProgram.Run("build", "--job", Job((name, value)));
        Assert.Equal(2, result.ExitCode);
        Assert.Equal(["error", code], Assert.Single(Text(".diagnostics").Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .Split('\t')[..2]);
        Assert.DoesNotContain("Net.plan.json", Results());
        Assert.DoesNotContain("Net.weights", Results());
        Assert.DoesNotContain(Results(), file => file.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TerminationEndsInOrder()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        using var process = WorkerProgram.Start("build", "--job", Job(("Mode", "Update")));
        await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        var result = await WorkerProgram.Finish(process);
        Assert.Equal(3, result.ExitCode);
        Assert.Empty(Results());
    }

    /// <summary>Native code cannot be asked to end; the second signal does not wait for it, and does not run its exit handlers.</summary>
    [Fact]
    public async Task ASecondSignalEndsAtOnceWithTheSameCode()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        using var process = WorkerProgram.Start("build", "--job", Job(("Mode", "Update")));
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line
            && !line.Contains("calibrating", StringComparison.Ordinal))
        {
        }

        for (int i = 0; i < 2; i++)
        {
            using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(3, (await WorkerProgram.Finish(process)).ExitCode);
        Assert.DoesNotContain(Results(), file => file is "Net.plan.json" or "Net.weights");
    }

    /// <summary>Of two at once the second waits for the first; each leaves a whole result.</summary>
    [Fact]
    public async Task TwoWorkersOnOneJobBothSucceed()
    {
        string job = Job(("Mode", "Skip"));
        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => WorkerProgram.Run("build", "--job", job)));
        Assert.All(results, result => Assert.Equal((0, ""), (result.ExitCode, result.Error)));
        Assert.Equal(Whole, Results());
    }

    [Fact]
    public async Task KilledProcessLeavesNothingUnderAFinalName()
    {
        using var process = WorkerProgram.Start("build", "--job", Job(("Mode", "Update")));
        await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        process.Kill();
        await WorkerProgram.Finish(process);
        Assert.DoesNotContain(Results(), file => !file.EndsWith(".tmp", StringComparison.Ordinal));
    }

    private string Job(params (string Name, string Value)[] changes)
    {
        var values = new Dictionary<string, string>
        {
            ["Model"] = WorkerProgram.SampleModel, ["CalibrationData"] = WorkerProgram.SampleData, ["ClassName"] = "Net",
                ["Namespace"] = "Tests",
            ["OutputDirectory"] = directory.FullName, ["LockFile"] = Path.Combine(directory.FullName, "net.lock.json"),
        };
        foreach (var (name, value) in changes)
        {
            values[name] = value;
        }

        string path = Path.Combine(directory.FullName, "Net.job.json");
        File.WriteAllText(path, JsonSerializer.Serialize(values));
        return path;
    }

    private string Text(string ending) => File.ReadAllText(Path.Combine(directory.FullName, "Net" + ending));

    private string[] Results() =>
        [.. directory.GetFiles().Select(file => file.Name).Where(name => name != "Net.job.json").Order(StringComparer.Ordinal)];
}

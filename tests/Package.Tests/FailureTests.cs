using System.Diagnostics;
using MixPrec.Package.Tests.Consumers;

namespace MixPrec.Package.Tests;

/// <summary>Each failure is one line with a code, in this build and the next, and leaves nothing half-written.</summary>
public sealed class FailureTests(PackedPackage package)
{
    private static readonly string[] Replay = ["msbuild", "-t:MixPrecReplay", "-nodeReuse:false"];
    private static readonly string[] AfterFailure = ["Digits.diagnostics", "Digits.job.json", "Digits.sources", "Digits.stub.json"];

    [Fact]
    public async Task AMissedBudgetFailsEveryBuildWithTheSameLineAndKeepsReportAndBestPlan()
    {
        using var consumer = await Restored("fail MXP2001 'Digits' misses ErrorBudget 0.01");

        var first = await consumer.Build("--no-restore");
        var second = await consumer.Build("--no-restore");

        Assert.All([first, second], build => Assert.False(build.Succeeded));
        var line = Assert.Single(first.Lines("error"));
        Assert.Contains("digits.onnx : error MXP2001: 'Digits' misses ErrorBudget 0.01", line, StringComparison.Ordinal);
        Assert.Equal(line, Assert.Single(second.Lines("error")));
        Assert.Single(consumer.WorkerStarts());
        Assert.Equal(["Digits.best.lock.json", "Digits.diagnostics", "Digits.inputs", "Digits.job.json", "Digits.report.html",
            "Digits.sources", "Digits.stamp", "Digits.stub.json"], consumer.Results());

        consumer.Write("digits.onnx", "ok");
        var third = await consumer.Build("--no-restore");
        Assert.True(third.Succeeded, third.Output);
    }

    [Fact]
    public async Task AnErrorOfTheInputRemovesTheEarlierPlanAndIsTriedAgain()
    {
        using var consumer = await Restored("ok");
        Assert.True((await consumer.Command(Replay)).Succeeded);

        consumer.Write("digits.onnx", "fail MXP3001 Node 'x': operator Foo is not supported");
        var failures = new[] { await consumer.Command(Replay), await consumer.Command(Replay) };

        Assert.All(failures, build => Assert.Contains("MXP3001", Assert.Single(build.Lines("error")), StringComparison.Ordinal));
        Assert.Equal(3, consumer.WorkerStarts().Length);
        Assert.DoesNotContain("Digits.plan.json", consumer.Results());
        Assert.DoesNotContain("Digits.weights", consumer.Results());
        Assert.DoesNotContain("Digits.stamp", consumer.Results());
    }

    [Fact]
    public async Task WarningsAreRepeatedAndObeyWarnAsErrorAndNoWarn()
    {
        using var consumer = await Restored("warn MXP1104 lock file was stale");

        Assert.Single((await consumer.Command(Replay)).Lines("warning MXP1104"));
        var strict = await consumer.Command([.. Replay, "-warnaserror"]);
        var strictAgain = await consumer.Command([.. Replay, "-warnaserror"]);
        var silent = await consumer.Command([.. Replay, "-p:NoWarn=MXP1104"]);

        Assert.All([strict, strictAgain], build => Assert.False(build.Succeeded));
        Assert.Single(strictAgain.Lines("error MXP1104"));
        Assert.Empty(silent.Lines("MXP1104"));
        Assert.Single(consumer.WorkerStarts());
    }

    [Theory]
    [InlineData("crash", "something native broke")]
    [InlineData("half", "it left no result")]
    public async Task ACrashIsOneLineWithTheLastWordsAndTheCommand(string instruction, string words)
    {
        using var consumer = await Restored(instruction);

        var build = await consumer.Command(Replay);

        var line = Assert.Single(build.Lines("error"));
        Assert.Contains("MXP5003", line, StringComparison.Ordinal);
        Assert.Contains(words, line, StringComparison.Ordinal);
        Assert.Contains("fakeworker.dll build --job", line, StringComparison.Ordinal);
        Assert.Equal(AfterFailure, consumer.Results());
    }

    /// <summary>The user's project is named, not the package's own that runs the worker.</summary>
    [Theory]
    [InlineData("MixPrecTimeoutSeconds", "2147484")]
    [InlineData("MixPrecMaxMemory", "0.5")]
    [InlineData("MixPrecTelemetry", "of")]
    public async Task AnInvalidLimitIsOneLineOfTheProject(string property, string value)
    {
        using var consumer = await Restored("ok");
        var build = await consumer.Command([.. Replay, $"-p:{property}={value}"]);
        Assert.StartsWith(consumer.PathTo("Consumer.csproj") + $" : error MXP1011: The property {property}=\"" + value,
            Assert.Single(build.Lines("error")), StringComparison.Ordinal);
        Assert.Empty(consumer.WorkerStarts());
    }

    [Theory]
    [InlineData("MixPrecTimeoutSeconds=2", "MXP5004: The build worker for 'Digits' was stopped after 2 seconds (")]
    [InlineData("MixPrecMaxMemory=1", "MXP5007: The build worker for 'Digits' was stopped: it held more than 1 MiB (")]
    public async Task ALimitIsOneLine(string limit, string words)
    {
        using var consumer = await Restored("hang");

        var build = await consumer.Command([.. Replay, "-p:" + limit]);

        var line = Assert.Single(build.Lines("error"));
        Assert.StartsWith(consumer.PathTo("digits.onnx") + " : error " + words, line, StringComparison.Ordinal);
        Assert.EndsWith($"[{consumer.PathTo("Consumer.csproj")}]", line, StringComparison.Ordinal);
        Assert.Empty(build.Lines("warning"));
        Assert.Equal(AfterFailure, consumer.Results());
    }

    [Theory]
    [InlineData("-INT", "MXP5005")]
    [InlineData("-KILL", "MXP5003")]
    public async Task AnInterruptedBuildAndAKilledWorkerLeaveNothing(string signal, string code)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent with kill");
        Assert.SkipWhen(signal == "-INT" && InterruptsAreIgnored(),
            "these tests run in the background of a shell that ignores SIGINT, and so would the build");
        using var consumer = await Restored("hang");
        using var building = DotNet.Start(consumer.Directory, "build", "--no-restore");
        var finish = DotNet.Finish(building);
        while (!File.Exists(consumer.PathTo("digits.onnx.pid")) && !building.HasExited)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        // Ctrl+C goes to the build; a worker can also be killed alone, by the system when memory ends.
        var target = signal == "-INT" ? $"{building.Id}" : await File.ReadAllTextAsync(consumer.PathTo("digits.onnx.pid"),
            TestContext.Current.CancellationToken);
        using var kill = Process.Start("kill", [signal, target]);
        var build = await finish;

        Assert.False(build.Succeeded);
        var line = Assert.Single(build.Lines("error"));
        Assert.StartsWith(consumer.PathTo("digits.onnx") + $" : error {code}: ", line, StringComparison.Ordinal);
        Assert.DoesNotContain(consumer.Results(), name => name.EndsWith(".tmp", StringComparison.Ordinal)
            || name is "Digits.plan.json" or "Digits.weights" or "Digits.stamp");

        consumer.Write("digits.onnx", "ok");
        var next = await consumer.Command(Replay);
        Assert.True(next.Succeeded, next.Output);
    }

    /// <summary>A build that is killed can tell nobody; the worker sees its standard input end.</summary>
    [Fact]
    public async Task TheWorkerEndsWithAKilledBuild()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent with kill");
        using var consumer = await Restored("hang");
        using var building = DotNet.Start(consumer.Directory, "build", "--no-restore", "-m:1");
        var finish = DotNet.Finish(building);
        while (!File.Exists(consumer.PathTo("digits.onnx.pid")) && !building.HasExited)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        using var worker = Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(consumer.PathTo("digits.onnx.pid"),
            TestContext.Current.CancellationToken), System.Globalization.CultureInfo.InvariantCulture));
        building.Kill();
        await finish;

        // Two seconds are the promise; a busy machine is given more before the worker counts as left behind.
        Assert.True(worker.WaitForExit(TimeSpan.FromSeconds(20)), "the worker outlived its build");
    }

    /// <summary>Signal 2 is the second bit of the mask, which child processes inherit.</summary>
    private static bool InterruptsAreIgnored() =>
        OperatingSystem.IsLinux() && File.ReadLines("/proc/self/status")
            .First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) is var mask
        && (Convert.ToUInt64(mask[7..].Trim(), 16) & 2) != 0;

    [Theory]
    [InlineData("""<MixedPrecisionModel Include="absent.onnx" />""", "MXP1001", "absent.onnx")]
    [InlineData("""<MixedPrecisionModel Include="digits.onnx" CalibrationData="absent.npz" />""", "MXP1001", "absent.npz")]
    [InlineData("""<MixedPrecisionModel Include="digits.onnx" ErrorBudget="0,01" />""", "MXP1002", "decimal point")]
    [InlineData("""<MixedPrecisionModel Include="digits.onnx" Loss="Huber" />""", "MXP1002", "CrossEntropy, NextToken, Mse, PseudoLabel, Output")]
    [InlineData("""<MixedPrecisionModel Include="digits.onnx" ErorBudget="0.01" />""", "MXP1010", "did you mean ErrorBudget?")]
    [InlineData("""<MixedPrecisionModel Include="digits.onnx" ClassName="a&quot;; } evil(); //" />""", "MXP1002", "C# identifier")]
    [InlineData("""<MixedPrecisionModel Include="digits.onnx" /><MixedPrecisionModel Include="sub/digits.onnx" />""", "MXP1003", "class 'Digits'")]
    public async Task AFaultyItemIsOneLineAndStartsNothing(string items, string code, string words)
    {
        using var consumer = new ConsumerProject(package) { Items = items }.Write("sub/digits.onnx", "ok").WriteAll();
        await consumer.Restore();

        var build = await consumer.Command(Replay);

        var line = Assert.Single(build.Lines("error"));
        Assert.Contains("Consumer.csproj", line, StringComparison.Ordinal);
        Assert.Contains(code, line, StringComparison.Ordinal);
        Assert.Contains(words, line, StringComparison.Ordinal);
        Assert.Empty(consumer.WorkerStarts());
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("per%20cent;semi@at")]
    [InlineData("Größe-数字")]
    public async Task FoldersMayHaveAnyName(string folder)
    {
        using var consumer = new ConsumerProject(package) { Items = $"""<MixedPrecisionModel Include="{folder.Replace("%", "%25", StringComparison.Ordinal).Replace(";", "%3B", StringComparison.Ordinal).Replace("@", "%40", StringComparison.Ordinal)}/digits.onnx" />""" }
            .Write(folder + "/digits.onnx", "ok").WriteAll();
        await consumer.Restore();
        var build = await consumer.Build("--no-restore");
        var again = await consumer.Build("--no-restore");

        Assert.True(build.Succeeded, build.Output);
        Assert.True(again.Succeeded, again.Output);
        Assert.Single(consumer.WorkerStarts(folder + "/digits.onnx"));
    }

    private Task<ConsumerProject> Restored(string model) => new ConsumerProject(package).WriteAll(model).Restore();
}

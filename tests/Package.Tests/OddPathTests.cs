using MixPrec.Package.Tests.Consumers;

namespace MixPrec.Package.Tests;

/// <summary>Names of files may hold the ends of lines, and words that a build server takes for commands.</summary>
public sealed class OddPathTests(PackedPackage package)
{
    private static readonly string[] Replay = ["msbuild", "-t:MixPrecReplay", "-nodeReuse:false"];

    [Fact]
    public async Task ANewlineInAPathRunsNoWorkerTwice()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no such names");
        using var consumer = Consumer("line\nend.onnx", "ok");
        await consumer.Restore();
        for (int i = 0; i < 3; i++)
        {
            var build = await consumer.Command(Replay);
            Assert.True(build.Succeeded, build.Output);
        }

        Assert.Single(consumer.WorkerStarts("line\nend.onnx"));
    }

    [Fact]
    public async Task NothingInTheLogIsACommand()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no such names");
        const string Name = "n\n::error ::x##vso[task.y]z.onnx";
        using var consumer = Consumer(Name, "fail MXP3001 Node '##vso[task.complete]': operator ::warning::x is not supported");
        await consumer.Restore();
        var build = await consumer.Command([.. Replay, "-v:normal"]);
        Assert.False(build.Succeeded);
        Assert.NotEmpty(build.Lines("error MXP3001"));
        Assert.DoesNotContain(build.Output.Split('\n'), line => line.Contains("MXP", StringComparison.Ordinal)
            && (line.Contains("##", StringComparison.Ordinal) || line.TrimStart().StartsWith("::", StringComparison.Ordinal)));
    }

    private ConsumerProject Consumer(string name, string model)
    {
        var consumer = new ConsumerProject(package)
        {
            Items = $"""<MixedPrecisionModel Include="{name.Replace("\n", "%0A", StringComparison.Ordinal)}" ClassName="Net" />""",
        }.WriteAll();
        return consumer.Write(name, model);
    }
}

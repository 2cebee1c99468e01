using MixPrec.Package.Tests.Consumers;

namespace MixPrec.Package.Tests;

/// <summary>When the worker runs, and when it does not.</summary>
public sealed class IncrementalBuildTests(PackedPackage package)
{
    [Fact]
    public async Task SecondBuildDoesNotStartTheWorkerAndCleanRemovesEverything()
    {
        using var consumer = new ConsumerProject(package).WriteAll();

        var first = await consumer.Build();
        Assert.True(first.Succeeded, first.Output);
        Assert.Equal(["Auto"], consumer.WorkerStarts());
        var assembly = File.GetLastWriteTimeUtc(consumer.PathTo("bin/Debug/net10.0/Consumer.dll"));

        var second = await consumer.Build("--no-restore");
        Assert.True(second.Succeeded, second.Output);
        Assert.Single(consumer.WorkerStarts());
        Assert.All([first, second], build => Assert.Equal(
            $"Digits: 6 of 8 layers in int8, report: {consumer.PathTo("obj/mixprec/Digits.report.html")}",
            Assert.Single(build.Lines("6 of 8 layers"))));
        Assert.Equal(assembly, File.GetLastWriteTimeUtc(consumer.PathTo("bin/Debug/net10.0/Consumer.dll")));

        // The weights are a resource of the name that the generated class asks for, and nothing of the worker's libraries came along.
        var run = await consumer.Command("bin/Debug/net10.0/Consumer.dll");
        Assert.Equal("MixPrec.Consumer.Digits.weights", run.Output.Trim());
        Assert.Equal(
            ["Consumer", "Consumer.deps.json", "Consumer.dll", "Consumer.pdb", "Consumer.runtimeconfig.json", "MixPrec.Runtime.dll",
                "System.Numerics.Tensors.dll"],
            Directory.GetFileSystemEntries(consumer.PathTo("bin/Debug/net10.0")).Where(path => Path.GetFileName(path) != "runtimes")
                .Select(path => Path.GetFileNameWithoutExtension(path) == "Consumer"
                && OperatingSystem.IsWindows() ? Path.GetFileName(path).Replace(".exe", "") : Path.GetFileName(path))
                .Order(StringComparer.Ordinal));
        var dependencies = await File.ReadAllTextAsync(consumer.PathTo("bin/Debug/net10.0/Consumer.deps.json"),
            TestContext.Current.CancellationToken);
        Assert.DoesNotContain("torch", dependencies, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("OrTools", dependencies, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("CodeAnalysis", dependencies, StringComparison.OrdinalIgnoreCase);

        var clean = await consumer.Command("clean");
        Assert.True(clean.Succeeded, clean.Output);
        Assert.False(Directory.Exists(consumer.OutputDirectory));
    }

    [Fact]
    public async Task AChangedOptionOrFileRunsTheWorkerForThatModelOnly()
    {
        using var consumer = new ConsumerProject(package)
        {
            Items = """<MixedPrecisionModel Include="digits.onnx" CalibrationData="calibration.npz" ErrorBudget="0.02" /><MixedPrecisionModel Include="other.onnx" />""",
        }.Write("other.onnx", "ok").WriteAll();
        await consumer.Restore();
        Assert.True((await consumer.Build("--no-restore")).Succeeded);

        consumer.Items = consumer.Items.Replace("0.02", "0.03", StringComparison.Ordinal);
        consumer.WriteProject();
        Assert.True((await consumer.Build("--no-restore")).Succeeded);
        Assert.Equal((2, 1), (consumer.WorkerStarts().Length, consumer.WorkerStarts("other.onnx").Length));

        consumer.Write("calibration.npz", "other");
        Assert.True((await consumer.Build("--no-restore")).Succeeded);
        Assert.Equal((3, 1), (consumer.WorkerStarts().Length, consumer.WorkerStarts("other.onnx").Length));

        File.Delete(consumer.PathTo("obj/mixprec/Other.weights"));
        Assert.True((await consumer.Build("--no-restore")).Succeeded);
        Assert.Equal((3, 2), (consumer.WorkerStarts().Length, consumer.WorkerStarts("other.onnx").Length));
    }

    /// <summary>
    /// A checkout, a restored artefact and <c>cp -p</c> put files in place that are older than what they replace; other tools touch files
    /// and change nothing.
    /// </summary>
    [Fact]
    public async Task ContentDecidesAndNotTime()
    {
        using var consumer = new ConsumerProject(package).WriteAll();
        await consumer.Restore();
        string[] target = ["msbuild", "-t:MixPrecReplay", "-nodeReuse:false"];
        Assert.True((await consumer.Command(target)).Succeeded);

        foreach (var time in new[] { DateTime.UtcNow.AddDays(1), DateTime.UtcNow.AddYears(-1) })
        {
            File.SetLastWriteTimeUtc(consumer.PathTo("digits.onnx"), time);
            Assert.True((await consumer.Command(target)).Succeeded);
            Assert.Single(consumer.WorkerStarts());
        }

        consumer.Write("digits.onnx", "on");
        File.SetLastWriteTimeUtc(consumer.PathTo("digits.onnx"), DateTime.UtcNow.AddYears(-2));
        Assert.True((await consumer.Command(target)).Succeeded);
        Assert.Equal(2, consumer.WorkerStarts().Length);
    }

    [Fact]
    public async Task SeveralTargetFrameworksRunTheWorkerOnce()
    {
        using var consumer = new ConsumerProject(package) 
        {
            TargetFrameworks = "net10.0;net10.0-windows",
            OutputType = "Library",
            Properties = "<EnableWindowsTargeting>true</EnableWindowsTargeting><DisableTransitiveFrameworkReferenceDownloads>true</DisableTransitiveFrameworkReferenceDownloads>",
        }.WriteAll();
        consumer.Write("Program.cs", "class Nothing;");

        var build = await consumer.Build();
        Assert.True(build.Succeeded, build.Output);
        Assert.Single(consumer.WorkerStarts());
        Assert.Equal(2, build.Output.Split("6 of 8 layers").Length);
        Assert.True((await consumer.Build("--no-restore")).Succeeded);
        Assert.Single(consumer.WorkerStarts());

        var update = await consumer.Build("--no-restore", "-t:MixPrecUpdate");
        Assert.True(update.Succeeded, update.Output);
        Assert.Equal(["Auto", "Update"], consumer.WorkerStarts());
    }

    [Fact]
    public async Task TwoBuildsAtOnceRunTheWorkerOnce()
    {
        using var consumer = new ConsumerProject(package).WriteAll();
        await consumer.Restore();

        string[] target = ["msbuild", "-t:MixPrecReplay", "-nodeReuse:false"];
        var both = await Task.WhenAll(consumer.Command(target), consumer.Command(target));

        Assert.All(both, build => Assert.True(build.Succeeded, build.Output));
        Assert.Single(consumer.WorkerStarts());
    }

    [Fact]
    public async Task ADesignTimeBuildGivesTheCompilerAStubAndStartsNothing()
    {
        using var consumer = new ConsumerProject(package).WriteAll();
        await consumer.Restore();

        string[] designTime =
        [
            "msbuild", "-t:Compile", "-p:DesignTimeBuild=true", "-p:SkipCompilerExecution=true", "-p:ProvideCommandLineArgs=true",
                "-getItem:AdditionalFiles", "-nodeReuse:false",
        ];
        var before = await consumer.Command(designTime);
        Assert.True(before.Succeeded, before.Output);
        Assert.Contains("\"MixPrecKind\": \"Stub\"", before.Output, StringComparison.Ordinal);
        Assert.Empty(consumer.WorkerStarts());
        Assert.Equal(["Digits.stub.json"], consumer.Results());

        Assert.True((await consumer.Build("--no-restore")).Succeeded);
        var after = await consumer.Command(designTime);
        Assert.Contains("\"MixPrecKind\": \"Plan\"", after.Output, StringComparison.Ordinal);
        Assert.Single(consumer.WorkerStarts());
    }

    /// <summary>
    /// Two projects with one model and lock file and different options: each keeps its answer when the other adds its plan, also as a build
    /// server, whose mode is another.
    /// </summary>
    [Fact]
    public async Task WhatAnotherProjectDoesToTheLockFileIsNoChange()
    {
        using var first = new ConsumerProject(package) { Items = """<MixedPrecisionModel Include="digits.onnx" ErrorBudget="0.02" />""" }.WriteAll("lock . Mse");
        using var second = new ConsumerProject(package)
        {
            Items = $"""<MixedPrecisionModel Include="digits.onnx" ErrorBudget="0.03" LockFile="{first.PathTo("digits.mixprec.lock.json")}" />""",
        }.WriteAll("lock . Mse");
        string[] target = ["msbuild", "-t:MixPrecReplay", "-nodeReuse:false"];
        await first.Restore();
        await second.Restore();
        foreach (var consumer in new[] { first, second, first, second })
        {
            var build = await consumer.Command(target);
            Assert.True(build.Succeeded, build.Output);
        }

        Assert.Equal((1, 1), (first.WorkerStarts().Length, second.WorkerStarts().Length));
        Assert.True((await first.Command([.. target, "-p:ContinuousIntegrationBuild=true"])).Succeeded);
        Assert.True((await first.Command(target)).Succeeded);
        Assert.Single(first.WorkerStarts());

        first.Write("digits.onnx", "lock . Other");
        Assert.True((await first.Command(target)).Succeeded);
        Assert.True((await second.Command(target)).Succeeded);
        Assert.Equal((2, 1), (first.WorkerStarts().Length, second.WorkerStarts().Length));

        // A plan that no build has written may make the whole file unreadable: every worker that reads it has to judge.
        var cancellation = TestContext.Current.CancellationToken;
        var lockFile = first.PathTo("digits.mixprec.lock.json");
        var text = await File.ReadAllTextAsync(lockFile, cancellation);
        await File.WriteAllTextAsync(lockFile, text.Replace("\"Other\"", "\"x\"", StringComparison.Ordinal), cancellation);
        Assert.True((await second.Command(target)).Succeeded);
        Assert.Equal(2, second.WorkerStarts().Length);
        Assert.True((await first.Command(target)).Succeeded);
        Assert.Equal(3, first.WorkerStarts().Length);
    }

    [Fact]
    public async Task ModesReachTheWorkerAndABuildServerLocks()
    {
        using var consumer = new ConsumerProject(package).WriteAll();
        await consumer.Restore();
        string[] target = ["msbuild", "-t:MixPrecReplay", "-nodeReuse:false"];

        await consumer.Command([.. target, "-p:ContinuousIntegrationBuild=true"]);
        consumer.Write("digits.mixprec.lock.json", "{}");
        await consumer.Command([.. target, "-p:ContinuousIntegrationBuild=true"]);
        await consumer.Command([.. target, "-p:MixPrecMode=skip"]);
        var unknown = await consumer.Command([.. target, "-p:MixPrecMode=Lokced"]);

        Assert.Equal(["Auto", "Locked", "Skip"], consumer.WorkerStarts());
        Assert.Contains("MXP1011", Assert.Single(unknown.Lines("error")), StringComparison.Ordinal);
    }
}

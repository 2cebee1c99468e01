namespace MixPrec.Scripts.Tests;

/// <summary>
/// The checks of every script start 40 times out of 40: what fails now and then fails here. A fault of one run in five, as pipes have
/// them, escapes a script's runs once in 7,500; the checks that most scripts share are run by each of them.
/// </summary>
public sealed class CheckTests : IDisposable
{
    private const int Runs = 40;
    private readonly DirectoryInfo models = Directory.CreateTempSubdirectory("mixprec-models");

    [Theory]
    [InlineData("prerequisites.sh", false)]
    [InlineData("test.sh", false)]
    [InlineData("demo.sh", false)]
    [InlineData("publish.sh", true)]
    [InlineData(".ci/run", false)]
    [InlineData("benchmarks/run.sh", true)]
    [InlineData("benchmarks/models.sh", true)]
    [InlineData("benchmarks/big.sh", false)]
    [InlineData("benchmarks/aot.sh", false)]
    public void ChecksPassEveryTime(string script, bool needsModels)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "bash scripts");
        Assert.SkipWhen(script == "benchmarks/aot.sh" && !File.Exists("/usr/bin/gcc") && !File.Exists("/usr/bin/clang"),
            "no linker on this machine");
        models.CreateSubdirectory("models");
        string[] arguments = needsModels ? ["--check", models.FullName] : ["--check"];
        var failed = Enumerable.Range(0, Runs).AsParallel().WithDegreeOfParallelism(Environment.ProcessorCount)
            .Select(_ => Repository.Run(script, new Dictionary<string, string?>(), arguments)).Where(run => run.Code != 0).ToArray();
        Assert.True(failed.Length == 0, $"{failed.Length} of {Runs} runs failed, the first with {failed.FirstOrDefault()}");
    }

    /// <summary>Every script is either run above or only read by others.</summary>
    [Fact]
    public void EveryScriptWithChecksIsRunHere()
    {
        var run = typeof(CheckTests).GetMethod(nameof(ChecksPassEveryTime))!.GetCustomAttributes(typeof(InlineDataAttribute),
            false).Cast<InlineDataAttribute>().Select(data => (string)data.Data[0]!);
        var own = Repository.Scripts.Where(script => File.ReadAllText(Path.Combine(Repository.Root, script))
            .Contains("prerequisites.sh", StringComparison.Ordinal));
        Assert.Empty(own.Except(run));
    }

    [Theory]
    [InlineData("benchmarks/run.sh")]
    [InlineData("benchmarks/models.sh")]
    public void AFolderWithoutModelsIsNamed(string script)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "bash scripts");
        var (code, output) = Repository.Run(script, new Dictionary<string, string?>(), "--check", models.FullName);
        Assert.Equal(1, code);
        Assert.Contains(models.FullName, output, StringComparison.Ordinal);
    }

    public void Dispose() => models.Delete(recursive: true);
}

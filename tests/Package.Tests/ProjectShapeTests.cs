using MixPrec.Package.Tests.Consumers;

namespace MixPrec.Package.Tests;

/// <summary>Projects of other kinds than the one of the manual: one clear error before anything runs, or a build like any other.</summary>
public sealed class ProjectShapeTests
{
    private const string Item = """<MixedPrecisionModel Include="digits.onnx" />""";

    [Theory]
    [InlineData("p.fsproj", "<TargetFramework>net10.0</TargetFramework>", "MXP0010", "the project is F#")]
    [InlineData("p.vbproj", "<TargetFramework>net10.0</TargetFramework>", "MXP0010", "the project is Visual Basic")]
    [InlineData("p.csproj", "<TargetFramework>net8.0</TargetFramework>", "MXP0011", "targets net8.0")]
    [InlineData("p.csproj", "<TargetFramework>netstandard2.0</TargetFramework>", "MXP0011", "targets netstandard2.0")]
    [InlineData("p.csproj", "<TargetFramework>net48</TargetFramework>", "MXP0011", "targets .NET Framework 4.8")]
    [InlineData("p.csproj", "<TargetFramework>net10.0</TargetFramework><LangVersion>12</LangVersion>", "MXP0003", "uses C# 12")]
    public async Task AProjectThatCannotCompileTheClassIsToldSoBeforeAnythingRuns(string project, string properties, string code,
        string words)
    {
        using var package = new LaidOutPackage();
        var build = await package.Run(project, properties, Item, "-t:MixPrecCompile");

        var line = Assert.Single(build.Lines("error"));
        Assert.Contains($"{project} : error {code}: ", line, StringComparison.Ordinal);
        Assert.Contains(words, line, StringComparison.Ordinal);
        Assert.False(File.Exists(package.PathTo("digits.onnx.starts")));
    }

    /// <summary>The system would say "access denied", after the data were read.</summary>
    [Theory]
    [InlineData("""<MixedPrecisionModel Include="models" />""", "The model '", "models")]
    [InlineData("""<MixedPrecisionModel Include="digits.onnx" LockFile="models" />""", "LockFile of 'Digits': '", "models")]
    public async Task AFolderInPlaceOfAFileIsToldBeforeAnythingRuns(string item, string words, string folder)
    {
        using var package = new LaidOutPackage();
        Directory.CreateDirectory(package.PathTo(folder));
        var build = await package.Run("p.csproj", "<TargetFramework>net10.0</TargetFramework>", item, "-t:MixPrecCompile");

        var line = Assert.Single(build.Lines("error"));
        Assert.Contains($"p.csproj : error MXP1041: {words}{package.PathTo(folder)}' is a folder: name a file.", line,
            StringComparison.Ordinal);
        Assert.False(File.Exists(package.PathTo("digits.onnx.starts")));
    }

    [Fact]
    public async Task OfSeveralTargetFrameworksTheOneThatDoesNotFitIsNamedBeforeAnyIsBuilt()
    {
        using var package = new LaidOutPackage();
        var build = await package.Run("p.csproj", "<TargetFrameworks>net10.0;netstandard2.0</TargetFrameworks>", Item,
            "-t:DispatchToInnerBuilds", "-p:InnerTargets=MixPrecCompile");

        Assert.Contains("error MXP0011: ", Assert.Single(build.Lines("error")), StringComparison.Ordinal);
        Assert.False(File.Exists(package.PathTo("digits.onnx.starts")));
    }

    [Fact]
    public async Task AnItemForTheTargetFrameworksThatFitIsBuilt()
    {
        using var package = new LaidOutPackage();
        var item = Item.Replace(" />", """ Condition="'$(TargetFramework)' == 'net10.0'" />""", StringComparison.Ordinal);
        var build = await package.Run("p.csproj", "<TargetFrameworks>net10.0;netstandard2.0</TargetFrameworks>", item,
            "-t:DispatchToInnerBuilds", "-p:InnerTargets=MixPrecCollect");

        Assert.True(build.Succeeded, build.Output);
        Assert.Single(await File.ReadAllLinesAsync(package.PathTo("digits.onnx.starts"), TestContext.Current.CancellationToken));
    }

    /// <summary>Without the exemption: MSB4254, because no project refers to the one that runs the worker.</summary>
    [Fact]
    public async Task ABuildOfAGraphInIsolationRunsTheWorker()
    {
        using var package = new LaidOutPackage();
        var build = await package.Run("p.csproj", "<TargetFramework>net10.0</TargetFramework>", Item, "-t:MixPrecReplay", "-graph",
            "-isolate");

        Assert.True(build.Succeeded, build.Output);
        Assert.Single(await File.ReadAllLinesAsync(package.PathTo("digits.onnx.starts"), TestContext.Current.CancellationToken));
    }

    /// <summary>
    /// The compiler drops an argument with such a character in silence: no path of the project's own folder may reach it.
    /// </summary>
    [Theory]
    [InlineData("a|b")]
    [InlineData("a\"b")]
    [InlineData("with 'quotes' (1)")]
    public async Task AProjectFolderMayHaveAnyName(string folder)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no file of Windows has such a name");
        using var package = new LaidOutPackage(folder);
        var build = await package.Run("p.csproj", "<TargetFramework>net10.0</TargetFramework>", Item, "-t:MixPrecCollect",
            "-getItem:AdditionalFiles;EmbeddedResource");

        Assert.True(build.Succeeded, build.Output);
        Assert.Contains("\"Identity\": \"obj/mixprec/Digits.plan.json\"", build.Output, StringComparison.Ordinal);
        Assert.Contains("\"Identity\": \"obj/mixprec/Digits.weights\"", build.Output, StringComparison.Ordinal);
        Assert.Single(await File.ReadAllLinesAsync(package.PathTo("digits.onnx.starts"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ModelAndDataAreWatched()
    {
        using var package = new LaidOutPackage();
        Directory.CreateDirectory(package.PathTo("set"));
        await File.WriteAllTextAsync(package.PathTo("set/x.npy"), "", TestContext.Current.CancellationToken);
        var item = """<MixedPrecisionModel Include="digits.onnx" CalibrationData="set" ValidationData="held.npz" />""";
        var build = await package.Run("p.csproj", "<TargetFramework>net10.0</TargetFramework>", item, "-t:MixPrecCollectWatchItems",
            "-getItem:Watch");

        Assert.All(new[] { "\"digits.onnx\"", "\"held.npz\"", "set/x.npy\"" }, file =>
            Assert.Contains(file, build.Output, StringComparison.Ordinal));
    }
}

using System.Text.RegularExpressions;
using MixPrec.Package.Tests.Consumers;

namespace MixPrec.Package.Tests;

/// <summary>What a build that goes well says: its steps, and a line on each model.</summary>
public sealed class BuildOutputTests
{
    private const string Framework = "<TargetFramework>net10.0</TargetFramework>";

    private const string Items = """<MixedPrecisionModel Include="digits.onnx" /><MixedPrecisionModel Include="other.onnx" />""";

    [Fact]
    public async Task APipeGetsTheStepsAndALineForEachModel()
    {
        using var package = new LaidOutPackage();
        await File.WriteAllTextAsync(package.PathTo("other.onnx"), "warn MXP1104 stale", TestContext.Current.CancellationToken);
        var build = await package.Run("p.csproj", Framework, Items, "-t:MixPrecReplay", "-v:minimal");

        Assert.True(build.Succeeded, build.Output);
        Assert.Equal(["Digits: 1/8 pretending (10 %)", "Other: 1/8 pretending (10 %)"], build.Lines("pretending").Order());
        Assert.Equal(["Digits", "Other"], build.Lines("6 of 8 layers in int8, report: ").Select(line => line.Split(':')[0]).Order());
        Assert.Empty((await package.Run("p.csproj", Framework, Items, "-t:MixPrecReplay", "-v:quiet")).Lines("layers"));
    }

    /// <summary>It prints no message of any importance, but where a project ends, what the project says that it made.</summary>
    [Fact]
    public async Task TheTerminalLoggerShowsTheLineWhereTheModelEnds()
    {
        using var package = new LaidOutPackage();
        await File.WriteAllTextAsync(package.PathTo("other.onnx"), "fail MXP2001 misses", TestContext.Current.CancellationToken);
        var build = await package.Run("p.csproj", Framework, Items, "-t:MixPrecReplay", "-tl:on");

        string[] lines = [.. build.Output.Split('\n').Select(line => Regex.Replace(line, "\u001b\\[[0-9;?]*[A-Za-z]", "").Trim())];
        Assert.Contains(lines, line => Regex.IsMatch(line,
            @"^MixPrec Digits succeeded \([0-9.,]+s\) → 6 of 8 layers in int8, report: .*Digits\.report\.html$"));
        Assert.DoesNotContain(lines, line => line.StartsWith("MixPrec Other succeeded", StringComparison.Ordinal));
    }
}

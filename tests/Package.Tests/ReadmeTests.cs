using System.Text.RegularExpressions;
using MixPrec.Package.Tests.Consumers;

namespace MixPrec.Package.Tests;

/// <summary>
/// The first screen of the README, line by line in an empty folder, by somebody who has the packages and the sample's files.
/// </summary>
public sealed class ReadmeTests(PackedPackage package) : IDisposable
{
    private static readonly string s_readme = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "README.md"));
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mixprec-readme");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task EveryLineOfTheFirstScreenWorksInAnEmptyFolder()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the lines are typed into bash");
        string screen = s_readme[s_readme.IndexOf("## Two minutes", StringComparison.Ordinal)..];
        screen = screen[..screen.IndexOf("\n## ", StringComparison.Ordinal)];
        string[] shell = [.. Blocks(screen, "sh")];
        Assert.Equal(3, shell.Length);
        Assert.StartsWith("./publish.sh ", shell[0], StringComparison.Ordinal); // demo.sh runs it

        await Type(_folder.FullName, shell[1].Replace("FEED", package.Feed, StringComparison.Ordinal));
        string project = Path.Combine(_folder.FullName, "DigitReader");
        File.Copy(Sample("models/digits.onnx"), Path.Combine(project, "digits.onnx"));
        File.Copy(Sample("data/calibration.npz"), Path.Combine(project, "calibration.npz"));
        string file = Path.Combine(project, "DigitReader.csproj");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))
            .Replace("</Project>", Assert.Single(Blocks(screen, "xml")) + "</Project>", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(project, "Program.cs"), Assert.Single(Blocks(screen, "csharp")),
            TestContext.Current.CancellationToken);
        var output = await Type(project, shell[2]);

        // Which layers leave fp32 is a matter of what the machine does besides; what it says of that is no fault of the lines.
        string[] noise = ["MXP4010", "MXP4012", "MXP4013"];
        Assert.Matches(@"DigitsNet: .+, report: /",
            Assert.Single(output.Lines("DigitsNet: "), line => line.Contains("report: ", StringComparison.Ordinal)));
        Assert.Single(output.Lines("scores: "));
        Assert.NotEmpty(output.Lines(", saves "));
        Assert.All(output.Lines("warning MXP"), line =>
            Assert.True(Array.Exists(noise, id => line.Contains(id, StringComparison.Ordinal)), line));
    }

    private static string Sample(string file) => Path.Combine(RepositoryFolder.Root, "samples", "DigitClassifier", file);

    private static IEnumerable<string> Blocks(string text, string language) =>
        Regex.Matches(text, $"^```{language}\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline).Select(m => m.Groups[1].Value);

    /// <summary>With the time for timing that a user has. With settings of NuGet of its own, in which the machine's are,
    /// so that a source that is added is gone afterwards.</summary>
    private async Task<CommandResult> Type(string folder, string lines)
    {
        string settings = Path.Combine(".nuget", "NuGet", "NuGet.Config"), own = Path.Combine(_folder.FullName, settings),
            user = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), settings);
        if (File.Exists(user) && !File.Exists(own))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(own)!);
            File.Copy(user, own);
        }

        using var process = DotNet.StartProgram("env", folder, "--unset=MixPrecTimingSeconds",
            "DOTNET_CLI_HOME=" + _folder.FullName, "NUGET_PACKAGES=" + PackedPackage.PackageFolder, "bash", "-e", "-c", lines);
        var result = await DotNet.Finish(process);
        Assert.True(result.Succeeded, result.Output);
        return result;
    }
}

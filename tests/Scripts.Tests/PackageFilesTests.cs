using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MixPrec.Scripts.Tests;

/// <summary>What the package carries, and which versions the repository names.</summary>
public sealed class PackageFilesTests
{
    private static readonly string Documentation = Path.Combine(Repository.Root, "docs"),
        Diagnostics = Path.Combine(Documentation, "diagnostics");

    /// <summary>
    /// An offline reader of an error follows its link and the links there; all other pages are for people with the repository.
    /// </summary>
    [Fact]
    public void ThePackageCarriesThePagesThatErrorsLeadTo()
    {
        var linked = Directory.EnumerateFiles(Diagnostics, "*.md")
            .SelectMany(page => Regex.Matches(File.ReadAllText(page), @"\]\((?<path>[^)#:]+\.md)")
            .Select(link => Path.GetFullPath(Path.Combine(Diagnostics, link.Groups["path"].Value))));
        var expected = linked.Where(page => Path.GetDirectoryName(page) != Diagnostics).Append(Path.Combine(Diagnostics, "*.md"))
            .Distinct().Order(StringComparer.Ordinal);
        var carried = XDocument.Load(Path.Combine(Repository.Root, "src", "Package", "MixPrec.Build.nuspec")).Descendants()
            .Where(element => element.Name.LocalName == "file")
            .Select(element => ((string)element.Attribute("src")!)
            .Replace("$root$", Repository.Root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            .Where(path => path.StartsWith(Documentation, StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        Assert.Equal(expected, carried);
    }

    /// <summary>Who made a library that a package carries has to be named with it.</summary>
    [Fact]
    public void TheNoticesNameTheLibrariesThatPackagesCarry()
    {
        string notices = File.ReadAllText(Path.Combine(Repository.Root, "THIRD-PARTY-NOTICES.md"));
        var carried = XDocument.Load(Path.Combine(Repository.Root, "src", "Package", "Worker.targets")).Descendants()
            .Where(element => element.Name.LocalName == "PackageReference").SelectMany(element => ((string)element.Attribute("Include")!).Split(';'));
        Assert.Equal(carried.Order(StringComparer.Ordinal), Regex.Matches(notices[..notices.IndexOf("## Fetched", StringComparison.Ordinal)],
            @"^\| (?<name>[A-Z]\S+) \|", RegexOptions.Multiline).Select(row => row.Groups["name"].Value).Order(StringComparer.Ordinal));
    }

    /// <summary>A page's link that leads nowhere.</summary>
    [Fact]
    public void LinksOfThePagesLeadSomewhere()
    {
        var pages = Directory.EnumerateFiles(Documentation, "*.md", SearchOption.AllDirectories)
            .Append(Path.Combine(Repository.Root, "README.md")).Append(Path.Combine(Repository.Root, "CONTRIBUTING.md"));
        var broken = pages.SelectMany(page =>
            Regex.Matches(File.ReadAllText(page), @"\]\((?<path>[^)#:\s]+)(#[^)]*)?\)").Select(link => link.Groups["path"].Value)
            .Where(path => !Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, path)))
            .Select(path => $"{Path.GetRelativePath(Repository.Root, page)} → {path}"));
        Assert.Empty(broken);
    }

    /// <summary>A walk through the code that names a file which has moved leads nowhere.</summary>
    [Fact]
    public void TheArchitectureNamesFilesThatExist()
    {
        var named = Regex.Matches(File.ReadAllText(Path.Combine(Documentation, "architecture.md")),
            @"`(?<path>[A-Za-z]+(/[A-Za-z0-9.]+)+)`")
            .Select(code => code.Groups["path"].Value).Where(path => !path.StartsWith("obj/", StringComparison.Ordinal)).ToArray();
        Assert.True(named.Length > 20);
        Assert.All(named, path => Assert.True(
            Path.Exists(Path.Combine(Repository.Root, path))
                || Path.Exists(Path.Combine(Repository.Root, "src", path)), $"docs/architecture.md names {path}"));
    }

    [Fact]
    public void EveryVersionThatIsNamedIsUsed()
    {
        var used = new[] { "*.csproj", "*.targets" }.SelectMany(Repository.Files).Select(path => Path.Combine(Repository.Root, path))
            .SelectMany(project => XDocument.Load(project).Descendants())
            .Where(element => element.Name.LocalName == "PackageReference")
            .SelectMany(element => ((string?)element.Attribute("Include") ?? "").Split(';')).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var named = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants()
            .Where(element => element.Name.LocalName == "PackageVersion").Select(element => (string)element.Attribute("Include")!);
        Assert.All(named, package => Assert.Contains(package, used));
    }
}

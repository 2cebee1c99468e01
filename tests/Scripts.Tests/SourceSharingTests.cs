using System.Xml.Linq;

namespace MixPrec.Scripts.Tests;

/// <summary>
/// Projects share sources through <c>src/Protocol</c> and nowhere else: what one project compiles of another's folder has no owner.
/// </summary>
public sealed class SourceSharingTests
{
    private static readonly string Source = Path.Combine(Repository.Root, "src"), Protocol = Path.Combine(Source, "Protocol");

    public static TheoryData<string> Projects =>
        [.. Directory.EnumerateFiles(Source, "*.csproj", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Repository.Root, path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void AProjectCompilesItsOwnFolderAndTheProtocol(string project)
    {
        string folder = Path.Combine(Repository.Root, Path.GetDirectoryName(project)!);
        var foreign = XDocument.Load(Path.Combine(Repository.Root, project)).Descendants()
            .SelectMany(element => element.Name.LocalName switch
            {
                "Compile" => ((string?)element.Attribute("Include") ?? "").Split(';'),
                "Import" => [(string?)element.Attribute("Project") ?? ""],
                _ => [],
            })
            .Where(path => path.Length > 0).Select(path => Path.GetFullPath(Path.Combine(folder, path))).Where(BringsSources)
            .Where(path => !IsBelow(path, folder) && !IsBelow(path, Protocol));
        Assert.Empty(foreign);
    }

    /// <summary>
    /// It runs in a compiler, in a build engine and in the worker: none of them lets it touch the machine in the same way.
    /// </summary>
    [Fact]
    public void TheProtocolIsTextInAndTextOut()
    {
        string[] forbidden = ["File.Read", "File.Write", "File.Exists", "Directory.", "Environment.", "Console.", "Process.",
            "using MixPrec.Compiler", "using MixPrec.Tasks", "using MixPrec.Worker", "using MixPrec.Generators"];
        var uses = Directory.EnumerateFiles(Protocol, "*.cs", SearchOption.AllDirectories)
            .SelectMany(path => forbidden.Where(word => File.ReadAllText(path).Contains(word, StringComparison.Ordinal))
            .Select(word => $"{Path.GetRelativePath(Repository.Root, path)}: {word}"));
        Assert.Empty(uses);
    }

    /// <summary>Settings that projects share are no sources.</summary>
    private static bool BringsSources(string path) => Path.GetExtension(path) is not (".props" or ".targets")
        || XDocument.Load(path).Descendants().Any(element => element.Name.LocalName == "Compile");

    private static bool IsBelow(string path, string folder) =>
        path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}

using System.IO.Compression;
using System.Text.Json.Nodes;
using MixPrec.Package.Tests.Consumers;

namespace MixPrec.Package.Tests;

/// <summary>
/// The bill of materials that is committed, beside what was packed. A change leaves the new text in artifacts; whoever made it copies it.
/// </summary>
public sealed class BillOfMaterialsTests(PackedPackage package)
{
    private const string Name = "mixprec.cdx.json";

    [Theory]
    [InlineData("MixPrec.Build", "tools/")]
    [InlineData("mixprec", "tools/net10.0/any/")]
    public void ThePackageHoldsTheListOfWhatIsResolved(string id, string folder)
    {
        using var archive = ZipFile.OpenRead(Path.Combine(package.Feed, $"{id}.{package.Version}.nupkg"));
        string[] carried = [.. archive.Entries.Where(e => e.FullName.StartsWith(folder, StringComparison.Ordinal)).Select(e => e.Name)];
        string expected = BillOfMaterials.Format(Text(folder + "mixprec.libraries.json"), carried), packed = Text(Name);
        if (packed != expected)
        {
            string left = Path.Combine(Directory.CreateDirectory(Path.Combine(RepositoryFolder.Root, "artifacts")).FullName, Name);
            File.WriteAllText(left, expected);
            Assert.Fail($"src/Package/{Name} is not what the worker is made of. The whole text: {left}\n{expected}");
        }

        string Text(string entry)
        {
            using var reader = new StreamReader(archive.GetEntry(entry)!.Open());
            return reader.ReadToEnd();
        }
    }

    /// <summary>Each library, or the one that its name begins with, stands in the notices.</summary>
    [Fact]
    public void TheNoticesNameEveryLibrary()
    {
        string notices = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "THIRD-PARTY-NOTICES.md"));
        var list = JsonNode.Parse(File.ReadAllText(Path.Combine(RepositoryFolder.Root, "src", "Package", Name)))!;
        string[] named = [.. notices.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Split(' ')[1])];
        string[] libraries = [.. list["components"]!.AsArray().Select(component => (string)component!["name"]!)];
        Assert.InRange(libraries.Length, 10, 100);
        Assert.Equal("", string.Join(' ', libraries.Where(library => !named.Any(name => library == name
            || library.StartsWith(name + ".", StringComparison.Ordinal) || library.StartsWith(name + "-", StringComparison.Ordinal)))));
    }
}

using System.IO.Compression;
using MixPrec.Package.Tests.Consumers;

namespace MixPrec.Package.Tests;

/// <summary>
/// What would make two packages of the same files different: the time of packing, names that are drawn, the order of files.
/// </summary>
public sealed class PackageBytesTests(PackedPackage package)
{
    [Fact]
    public void NothingInAPackageIsOfThisRunAlone()
    {
        string[] packages = Directory.GetFiles(package.Feed, "*.nupkg");
        Assert.Equal(3, packages.Length);
        foreach (string file in packages)
        {
            using var archive = ZipFile.OpenRead(file);
            var time = Assert.Single(archive.Entries.Select(entry => entry.LastWriteTime.DateTime).Distinct());
            Assert.InRange(time, PackedPackage.PackedAt.DateTime.AddDays(-1), PackedPackage.PackedAt.DateTime.AddDays(1));
            string[] pages = [.. archive.Entries.Select(entry => entry.FullName)
                .Where(name => name.StartsWith("docs/diagnostics/", StringComparison.Ordinal))];
            Assert.Equal(pages.Order(StringComparer.Ordinal), pages);
        }
    }
}

using System.Xml.Linq;
using MixPrec.Worker.CommandLine;
using MixPrec.Worker.Libraries;

namespace MixPrec.Worker.Tests;

public sealed class WorkerLibraryTests
{
    private const string Manifest = """
        {
          "runtimeTarget": { "name": ".NETCoreApp,Version=v10.0", "signature": "" },
          "targets": { ".NETCoreApp,Version=v10.0": {
            "program/1.0.0": { "runtime": { "program.dll": {} } },
            "Binding/2.0.0": { "runtime": { "lib/net8.0/Binding.dll": {} }, "runtimeTargets": {
              "runtimes/linux-x64/native/libBinding.so": { "rid": "linux-x64", "assetType": "native" }, "runtimes/win-x64/native/Binding.dll": { "rid": "win-x64", "assetType": "native" } } },
            "Native.linux-x64/3.1.0": { "runtimeTargets": { "runtimes/linux-x64/native/libnative.so.3": { "rid": "linux-x64", "assetType": "native" } } },
            "Native.win-x64/3.1.0": { "runtimeTargets": { "runtimes/win-x64/native/native.dll": { "rid": "win-x64", "assetType": "native" } } },
            "Meta/1.0.0": { "dependencies": { "Binding": "2.0.0" } },
            "Shipped/5.0.0": { "runtime": { "lib/net8.0/Shipped.dll": {} } }
          } },
          "libraries": { "program/1.0.0": { "type": "project" }, "Binding/2.0.0": { "type": "package" }, "Native.linux-x64/3.1.0": { "type": "package" },
            "Native.win-x64/3.1.0": { "type": "package" }, "Meta/1.0.0": { "type": "package" }, "Shipped/5.0.0": { "type": "package" } }
        }
        """;

    [Fact]
    public void OnlyPackagesOfThisPlatformThatAreNotShippedAreNeeded()
    {
        var linux = LibraryManifest.Parse(Manifest, "linux-x64", assembly => assembly == "Shipped.dll");
        Assert.Equal(["Binding 2.0.0", "Native.linux-x64 3.1.0"], linux.Select(library => library.ToString()));
        Assert.Equal("lib/net8.0/Binding.dll", Assert.Single(linux[0].Managed));
        Assert.Equal("runtimes/linux-x64/native/libBinding.so", Assert.Single(linux[0].Native));

        Assert.Equal(["Binding 2.0.0", "Native.win-x64 3.1.0", "Shipped 5.0.0"],
            LibraryManifest.Parse(Manifest, "win-x64", _ => false).Select(library => library.ToString()));
    }

    [Fact]
    public void TheProjectAsksForExactVersionsAndInheritsNothing()
    {
        var project = XDocument.Parse(LibraryRestore.Project([new("A", "1.2.3", [], []), new("B", "4.5.6", [], [])]));
        Assert.Equal(["A [1.2.3]", "B [4.5.6]"], project.Descendants("PackageDownload")
            .Select(item => $"{item.Attribute("Include")!.Value} {item.Attribute("Version")!.Value}"));
        Assert.Equal(3, project.Descendants()
            .Count(property => property.Name.LocalName.StartsWith("ImportDirectory", StringComparison.Ordinal)
            && property.Value == "false"));
    }

    [Fact]
    public void AFolderOfPackagesCountsOnlyWhatIsWhole()
    {
        var root = Directory.CreateTempSubdirectory("mixprec-packages");
        try
        {
            var library = new WorkerLibrary("Some.Library", "1.0.0-Beta", [], []);
            var folders = PackageFolders.Find($"{root.FullName}/none;{root.FullName}", "/unused");
            string folder = root.CreateSubdirectory("some.library/1.0.0-beta").FullName;
            Assert.Null(folders.Find(library));
            File.WriteAllText(Path.Combine(folder, ".nupkg.metadata"), "{}");
            Assert.Equal(folder, folders.Find(library));
            var other = PackageFolders.Find($"{root.FullName}/none", "/unused");
            Assert.Equal(folder, other.With([root.FullName + "/none", root.FullName]).Find(library));
            Assert.Equal(Path.Combine(root.FullName, "none"), folders.First);
            Assert.Equal(root.FullName,
                PackageFolders.Find("", Path.Combine(root.FullName, "mixprec.build", "1.0.0", "tools") + Path.DirectorySeparatorChar).First);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    [Fact]
    public void NuGetsErrorsAreSaidOnceAndInItsWords() => Assert.Equal(
        "NU1101: Unable to find package A. No packages exist with this id in source(s): batch NU1301: Unable to load the service index for source https://batch/.",
        LibraryRestore.Reasons([
            "  Determining projects to restore...",
            "/tmp/x/mixprec.libraries.csproj : error NU1101: Unable to find package A. No packages exist with this id in source(s): batch",
            "/tmp/x/mixprec.libraries.csproj : error NU1101: Unable to find package A. No packages exist with this id in source(s): batch [/tmp/x/mixprec.libraries.csproj]",
            "/tmp/x/mixprec.libraries.csproj : error NU1301: Unable to load the service index for source https://batch/.",
        ]));

    [Fact]
    public void RestorePropertiesWithoutAValueAreLeftOut()
    {
        Assert.Equal("a;b", Assert.Single(RestoreSettings.Create("", ["RestoreSources=a;b", "RestoreConfigFile="]).Properties).Value);
        Assert.Throws<UsageException>(() => RestoreSettings.Create("", ["RestoreSources"]));
    }
}

using System.IO.Compression;
using System.Text;
using System.Text.Json;
using MixPrec.Package.Tests.Consumers;

namespace MixPrec.Package.Tests;

/// <summary>
/// The package with the worker that it brings: what a consumer restores of it, its command line without anything else, and a build that
/// calibrates from an empty package folder.
/// </summary>
public sealed class RealWorkerTests(PackedPackage package)
{
    private const string Model = """<MixedPrecisionModel Include="digits.onnx" ClassName="Net" CalibrationData="calibration.npz" ErrorBudget="0.02" Objective="Macs" />""";
    private static readonly string[] Graph = ["MixPrec.Build", "MixPrec.Runtime", "System.Numerics.Tensors"];

    private static string Sample(string file) => Path.Combine(RepositoryFolder.Root, "samples", "DigitClassifier", file);

    [Fact]
    public async Task AConsumerRestoresTheTwoPackagesAndNothingOfTheWorkers()
    {
        using var consumer = new ConsumerProject(package) { UseFakeWorker = false, Items = "" }.WriteAll();
        var restore = await consumer.Command("restore");
        Assert.True(restore.Succeeded, restore.Output);

        using var assets = JsonDocument.Parse(await File.ReadAllTextAsync(consumer.PathTo("obj/project.assets.json"),
            TestContext.Current.CancellationToken));
        Assert.Equal(Graph, assets.RootElement.GetProperty("libraries").EnumerateObject().Select(library => library.Name.Split('/')[0])
            .Order(StringComparer.Ordinal));
        Assert.True(Directory.GetFiles(package.Feed, "MixPrec.*").Sum(file => new FileInfo(file).Length) < 4 << 20);
    }

    [Fact]
    public async Task TheToolRunsByItself()
    {
        using var consumer = new ConsumerProject(package) { UseFakeWorker = false };
        consumer.Write("nuget.config", Isolated(consumer, []));
        var install = await consumer.Command("tool", "install", "mixprec", "--version", package.Version, "--tool-path", "tools");
        Assert.True(install.Succeeded, install.Output);
        string tool = consumer.PathTo(OperatingSystem.IsWindows() ? "tools/mixprec.exe" : "tools/mixprec");

        var version = await DotNet.RunProgram(tool, consumer.Directory, "--version");
        Assert.Equal("mixprec " + package.Version, version.Output.Trim());
        var inspect = await DotNet.RunProgram(tool, consumer.Directory, "inspect", Sample("models/digits.onnx"));
        Assert.True(inspect.Succeeded, inspect.Output);
        Assert.Contains("Conv", inspect.Output, StringComparison.Ordinal);

        // A black bitmap of 28 × 28 pixels: what reads pictures comes along.
        Directory.CreateDirectory(consumer.PathTo("images"));
        await File.WriteAllBytesAsync(consumer.PathTo("images/a.bmp"), [(byte)'B', (byte)'M', 0x66, 9, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0,
            0, 0, 28, 0, 0, 0, 28, 0, 0, 0, 1, 0, 24, 0, .. new byte[24 + (28 * 28 * 3)]], TestContext.Current.CancellationToken);
        var data = await DotNet.RunProgram(tool, consumer.Directory, "calibrate-data", Sample("models/digits.onnx"), "--images", "images",
            "--output", "data.npz");
        Assert.True(data.Succeeded, data.Output);
        Assert.Contains("image [1, 1, 28, 28]", data.Output, StringComparison.Ordinal);

        // Planning needs the libraries, which no feed and no package folder here has.
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the package folder is set by env");
        var plan = await DotNet.RunProgram("env", consumer.Directory, "NUGET_PACKAGES=" + consumer.PathTo("packages"), tool, "plan",
            Sample("models/digits.onnx"), "--calibration-data", Sample("data/calibration.npz"), "--lock-file",
            consumer.PathTo("plan.json"));
        Assert.Equal(2, plan.ExitCode);
        Assert.Contains("MXP5010", Assert.Single(plan.Lines(": error ")), StringComparison.Ordinal);
        Assert.Contains("NU1101", plan.Output, StringComparison.Ordinal);
    }

    /// <summary>The program of a build and of the tool is one, to the byte.</summary>
    [Fact]
    public void ThePackagesHaveOneWorkerAndSayWhoseTheyAre()
    {
        var (build, tool) = (Content("MixPrec.Build", "tools/"), Content("mixprec", "tools/net10.0/any/"));
        Assert.True(build.Count > 8);
        Assert.Equal(build, tool.Where(file => file.Key != "DotnetToolSettings.xml").ToDictionary());
        Assert.All(new[] { "MixPrec.Build", "MixPrec.Runtime", "mixprec" }, id =>
        {
            var files = Content(id, "");
            Assert.Superset(new HashSet<string> { "README.md", "icon.png" }, files.Keys.ToHashSet());
            string nuspec = Encoding.UTF8.GetString(files[id + ".nuspec"]);
            Assert.All(["<projectUrl>https://", "<icon>icon.png</icon>", "<readme>README.md</readme>", ">MIT</license>"], element =>
                Assert.Contains(element, nuspec, StringComparison.Ordinal));
        });
    }

    /// <summary>
    /// From an empty package folder: what needs no calibration builds, what does names all that is missing, and with a feed that has it, it
    /// builds; then also without.
    /// </summary>
    [Fact]
    public async Task LibrariesAreFetchedOnlyToCalibrateAndFromTheFeedsOfTheProject()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the packages of this platform are linked into a feed");
        using var consumer = new ConsumerProject(package) { UseFakeWorker = false, Items = Model }.WriteAll();
        File.Copy(Sample("models/digits.onnx"), consumer.PathTo("digits.onnx"));
        File.Copy(Sample("data/calibration.npz"), consumer.PathTo("calibration.npz"));
        consumer.NuGetConfig = Isolated(consumer, []);
        consumer.WriteProject();

        var unmeasured = await consumer.Build("-p:MixPrecMode=Skip");
        Assert.True(unmeasured.Succeeded, unmeasured.Output);

        var missing = await consumer.Build();
        Assert.False(missing.Succeeded);
        var error = Assert.Single(missing.Lines(" error "));
        Assert.All(["MXP5010", "TorchSharp 0", "libtorch-cpu-linux-x64", "Google.OrTools 9", "Google.OrTools.runtime.linux-x64",
            "NU1101"], word => Assert.Contains(word, error, StringComparison.Ordinal));
        Assert.All(["osx", "win-x64", "SkiaSharp", "CodeAnalysis"], word => Assert.DoesNotContain(word, error, StringComparison.Ordinal));

        consumer.NuGetConfig = Isolated(consumer,
            ["torchsharp", "libtorch-cpu-linux-x64", "google.ortools", "google.ortools.runtime.linux-x64"]);
        consumer.WriteProject();
        var planned = await consumer.Build();
        Assert.True(planned.Succeeded, planned.Output);
        Assert.NotEmpty(planned.Lines("fetching the libraries that calibrate"));
        Assert.True(File.Exists(consumer.PathTo("digits.mixprec.lock.json")));
        Assert.False(Directory.Exists(consumer.PathTo("packages/libtorch-cpu")));

        // What TorchSharp does when it does not find libtorch by itself: half a gigabyte copied into its package.
        Assert.Empty(Directory.GetDirectories(consumer.PathTo("packages/torchsharp"), "cpu", SearchOption.AllDirectories));

        // The lock file says all that they had to.
        Directory.Delete(consumer.PathTo("packages/torchsharp"), recursive: true);
        Directory.Delete(consumer.PathTo("packages/google.ortools"), recursive: true);
        consumer.NuGetConfig = Isolated(consumer, []);
        consumer.WriteProject();
        Assert.True((await consumer.Command("clean")).Succeeded);
        var locked = await consumer.Build("-p:MixPrecMode=Locked");
        Assert.True(locked.Succeeded, locked.Output);
        Assert.Empty(locked.Lines("fetching"));
    }

    [Theory]
    [InlineData("PrivateAssets=\"all\"", "", true)]
    [InlineData("PrivateAssets=\"contentfiles; Runtime\"", "", true)]
    [InlineData("PrivateAssets=\"all\"", "<PackageReference Include=\"MixPrec.Runtime\" Version=\"{0}\" />", false)]
    [InlineData("PrivateAssets=\"build;analyzers\"", "", false)]
    public async Task AReferenceThatKeepsTheRuntimeBackIsAnErrorOfTheBuild(string attributes, string reference, bool refused)
    {
        using var consumer = new ConsumerProject(package)
        {
            ReferenceAttributes = attributes,
            Items = """<MixedPrecisionModel Include="digits.onnx" />""" + reference.Replace("{0}", package.Version, StringComparison.Ordinal),
        }.WriteAll();
        await consumer.Restore();

        var build = await consumer.Command("msbuild", "-t:MixPrecReplay", "-nodeReuse:false");

        Assert.Equal(!refused, build.Succeeded);
        Assert.Equal(refused ? 0 : 1, consumer.WorkerStarts().Length);
        if (refused)
        {
            Assert.Contains("MXP5011", Assert.Single(build.Lines(" error ")), StringComparison.Ordinal);
        }
    }

    /// <summary>The files of a packed package below a folder, by their paths in it.</summary>
    private Dictionary<string, byte[]> Content(string id, string folder)
    {
        using var archive = ZipFile.OpenRead(Path.Combine(package.Feed, $"{id}.{package.Version}.nupkg"));
        return archive.Entries.Where(entry => entry.FullName.StartsWith(folder, StringComparison.Ordinal)).ToDictionary(
            entry => entry.FullName[folder.Length..], entry =>
            {
                using var content = new MemoryStream();
                using var stream = entry.Open();
                stream.CopyTo(content);
                return content.ToArray();
            });
    }

    /// <summary>
    /// A nuget.config with a package folder of its own and no feed but the package's and one of links to packages that this machine has
    /// already restored.
    /// </summary>
    private string Isolated(ConsumerProject consumer, string[] packages)
    {
        var known = Directory.CreateDirectory(consumer.PathTo("feed" + Guid.NewGuid().ToString("N"))).FullName;
        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        foreach (var archive in packages.Append("system.numerics.tensors")
            .SelectMany(id => Directory.GetFiles(Path.Combine(cache, id), "*.nupkg", SearchOption.AllDirectories)))
        {
            File.CreateSymbolicLink(Path.Combine(known, Path.GetFileName(archive)), archive);
        }

        return $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="packages" /></config>
              <packageSources><clear /><add key="packed" value="{package.Feed}" /><add key="known" value="{known}" /></packageSources>
              <fallbackPackageFolders><clear /></fallbackPackageFolders>
            </configuration>
            """;
    }
}

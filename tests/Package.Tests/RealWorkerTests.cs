using System.Text.Json;
using MixPrec.Package.Tests.Consumers;

namespace MixPrec.Package.Tests;

/// <summary>The worker as the package brings it, started from the package folder of a consumer.</summary>
public sealed class RealWorkerTests(PackedPackage package)
{
    [Fact]
    public async Task EveryLibraryOfTheWorkerIsRestoredWithThePackage()
    {
        using var consumer = new ConsumerProject(package) { UseFakeWorker = false, Items = "" }.WriteAll();
        var restore = await consumer.Command("restore");
        Assert.True(restore.Succeeded, restore.Output);

        using var assets = JsonDocument.Parse(await File.ReadAllTextAsync(consumer.PathTo("obj/project.assets.json"), TestContext.Current.CancellationToken));
        var folder = assets.RootElement.GetProperty("packageFolders").EnumerateObject().First().Name;
        var worker = Path.Combine(folder, "mixprec.build", package.Version, "tools");
        using var manifest = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(worker, "mixprec.deps.json"), TestContext.Current.CancellationToken));

        var restored = Names(assets);
        var needed = Names(manifest);
        Assert.Contains(needed, name => name.StartsWith("TorchSharp/", StringComparison.Ordinal));
        Assert.Empty(needed.Except(restored, StringComparer.OrdinalIgnoreCase));

        // Small: its libraries stay where the package manager put them.
        Assert.True(Directory.GetFiles(worker).Sum(file => new FileInfo(file).Length) < 4 << 20);
    }

    private static string[] Names(JsonDocument document) =>
    [
        .. document.RootElement.GetProperty("libraries").EnumerateObject()
            .Where(library => library.Value.GetProperty("type").GetString() == "package").Select(library => library.Name),
    ];
}

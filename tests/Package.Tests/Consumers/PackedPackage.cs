using System.Globalization;
using System.Reflection;

[assembly: AssemblyFixture(typeof(MixPrec.Package.Tests.Consumers.PackedPackage))]

namespace MixPrec.Package.Tests.Consumers;

/// <summary>
/// The packages as a user gets them: packed once a run into a feed of their own, under a version that no cache has seen. Afterwards the
/// feed and that version's folders in the package cache are removed.
/// </summary>
public sealed class PackedPackage : IAsyncLifetime
{
    /// <summary>No preview: somebody who adds the package without a version gets it.</summary>
    public string Version { get; } = string.Create(CultureInfo.InvariantCulture,
        $"0.1.{(DateTime.UtcNow - DateTime.UnixEpoch).Days}.{(long)DateTime.UtcNow.TimeOfDay.TotalMilliseconds}");

    public string Feed { get; } = Directory.CreateTempSubdirectory("mixprec-feed").FullName;

    /// <summary>A package that a test makes with this one, of the same version.</summary>
    public const string LibraryId = "MixPrec.Tests.Digits";

    /// <summary>The time of its entries, of which an archive keeps every other second.</summary>
    public static DateTimeOffset PackedAt { get; } = new(2026, 1, 2, 3, 4, 6, TimeSpan.Zero);

    /// <summary>Of consumers of this package.</summary>
    public RestoredFiles Restored { get; } = new();

    /// <summary>The worker that does what the model file tells it.</summary>
    public static string FakeWorker =>
        Path.Combine(RepositoryFolder.Root, "tests", "FakeWorker", "bin", Configuration, "net10.0", "fakeworker.dll");

    private static string Configuration =>
        typeof(PackedPackage).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "Configuration").Value!;

    public async ValueTask InitializeAsync()
    {
        var packed = await DotNet.Run(
            RepositoryFolder.Root, "pack", Path.Combine("src", "Package"), "--no-build", "--no-restore", "-c", Configuration, "-o", Feed,
                "-p:PackageVersion=" + Version, "-p:DeterministicTimestamp=" + PackedAt.ToUnixTimeSeconds(), "-nodeReuse:false");
        Assert.True(packed.Succeeded, packed.Output);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Feed, recursive: true);
        foreach (var folder in new[] { "mixprec.build", "mixprec.runtime", "mixprec", LibraryId.ToLowerInvariant() }
            .Select(id => Path.Combine(PackageFolder, id, Version)).Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>The machine's.</summary>
    public static string PackageFolder { get; } = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
}

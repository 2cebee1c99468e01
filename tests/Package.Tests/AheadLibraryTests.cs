using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using MixPrec.Package.Tests.Consumers;

namespace MixPrec.Package.Tests;

/// <summary>The library with machine code beside its IL, and the portable one, which everything else gets.</summary>
public sealed class AheadLibraryTests(PackedPackage package)
{
    /// <summary>In the package, and in an output that is portable.</summary>
    public const string Linux = "runtimes/linux-x64/lib/net10.0/MixPrec.Runtime.dll";

    private const string Portable = "lib/net10.0/MixPrec.Runtime.dll";

    [Fact]
    public void LinuxGetsMachineCodeOfTheSameLibrary()
    {
        using var archive = ZipFile.OpenRead(Path.Combine(package.Feed, $"MixPrec.Runtime.{package.Version}.nupkg"));
        var (portable, hasCode) = Read(archive, Portable);
        Assert.False(hasCode);
        Assert.SkipUnless(OperatingSystem.IsLinux() && System.Runtime.InteropServices.RuntimeInformation.OSArchitecture
            is System.Runtime.InteropServices.Architecture.X64, "The compiler is fetched where Linux on x64 packs.");
        Assert.Equal((portable, true), Read(archive, Linux));
    }

    /// <summary>Which compilation the IL comes from, and whether there is machine code beside it.</summary>
    private static (Guid Module, bool HasCode) Read(ZipArchive archive, string entry)
    {
        using var content = new MemoryStream();
        using (var stream = archive.GetEntry(entry)!.Open())
        {
            stream.CopyTo(content);
        }

        content.Position = 0;
        using var file = new PEReader(content);
        var metadata = file.GetMetadataReader();
        return (metadata.GetGuid(metadata.GetModuleDefinition().Mvid), file.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0);
    }
}

using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using MixPrec.Package.Tests.Consumers;

namespace MixPrec.Package.Tests;

/// <summary>
/// No library in a package calls what reaches a network: what a build fetches, the restore that it starts fetches.
/// </summary>
public sealed class NetworkAccessTests(PackedPackage package)
{
    /// <summary>Of text, and the name of this machine.</summary>
    private static readonly string[] Harmless = ["System.Net.WebUtility.HtmlEncode", "System.Net.Dns.GetHostName"];

    /// <summary>
    /// Has a method that fetches from an address, and no address: only who gave it one would reach anything, and no library of ours, whose
    /// calls are looked at, has a client to give.
    /// </summary>
    private const string WithoutAddresses = "Microsoft.ML.Tokenizers.dll";

    [Fact]
    public void NoLibraryReachesANetwork()
    {
        int seen = 0;
        var found = new List<string>();
        foreach (string file in Directory.GetFiles(package.Feed, "*.nupkg"))
        {
            using var archive = ZipFile.OpenRead(file);
            foreach (var entry in archive.Entries.Where(e => e.Name.EndsWith(".dll", StringComparison.Ordinal)))
            {
                seen++;
                byte[] library = Content(entry);
                if (entry.Name == WithoutAddresses)
                {
                    found.AddRange(AddressesIn(library));
                    continue;
                }

                found.AddRange(CallsOf(library).Where(call => call.StartsWith("System.Net.", StringComparison.Ordinal)
                    && !Harmless.Contains(call)).Select(call => $"{entry.Name} calls {call}"));
            }
        }

        Assert.InRange(seen, 10, 100);
        Assert.Equal("", string.Join('\n', found.Distinct()));
    }

    /// <summary>The look is not blind: this library says what an address of the Internet looks like.</summary>
    [Fact]
    public void CallsAreSeen()
    {
        Assert.True(System.Net.IPAddress.TryParse("127.0.0.1", out _));
        Assert.Contains("System.Net.IPAddress.TryParse", CallsOf(File.ReadAllBytes(typeof(NetworkAccessTests).Assembly.Location)));
    }

    private static byte[] Content(ZipArchiveEntry entry)
    {
        using var content = entry.Open();
        using var copy = new MemoryStream();
        content.CopyTo(copy);
        return copy.ToArray();
    }

    private static List<string> AddressesIn(byte[] library)
    {
        using var portable = new PEReader([.. library]);
        var metadata = portable.GetMetadataReader();
        var found = new List<string>();
        for (var at = MetadataTokens.UserStringHandle(1); !at.IsNil; at = metadata.GetNextHandle(at))
        {
            if (metadata.GetUserString(at) is var text && text.Contains("://", StringComparison.Ordinal))
            {
                found.Add($"{WithoutAddresses} holds {text}");
            }
        }

        return found;
    }

    /// <summary>Methods of other libraries, by the names of their types; types that are named without a call as <c>TYPE.</c></summary>
    private static IReadOnlyList<string> CallsOf(byte[] library)
    {
        using var portable = new PEReader([.. library]);
        var metadata = portable.GetMetadataReader();
        var calls = metadata.MemberReferences.Select(metadata.GetMemberReference)
            .Where(member => member.Parent.Kind == HandleKind.TypeReference)
            .ToLookup(member => (TypeReferenceHandle)member.Parent, member => metadata.GetString(member.Name));
        return [.. metadata.TypeReferences.SelectMany(type => calls[type].DefaultIfEmpty("")
            .Select(call => $"{Name(metadata.GetTypeReference(type))}.{call}"))];

        string Name(TypeReference type) => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}";
    }
}

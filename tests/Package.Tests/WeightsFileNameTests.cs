using MixPrec.Package.Tests.Consumers;

namespace MixPrec.Package.Tests;

/// <summary>Two libraries of one application may call their classes alike; their weights lie in one folder.</summary>
public sealed class WeightsFileNameTests(PackedPackage package)
{
    [Fact]
    public async Task WeightsOfTwoLibrariesLieBesideEachOther()
    {
        using var application = new ConsumerProject(package)
        {
            Items = """<ProjectReference Include="a/LibraryA.csproj" /><ProjectReference Include="b/LibraryB.csproj" />""",
            Properties = "<EnableDefaultCompileItems>false</EnableDefaultCompileItems>",
        }.WriteAll();
        application.Items += """<Compile Include="Program.cs" />""";
        application.WriteProject();
        foreach (var (folder, name) in new[] { ("a", "LibraryA"), ("b", "LibraryB") })
        {
            application.Write($"{folder}/net.onnx", "ok");
            application.Write($"{folder}/{name}.csproj", (await File.ReadAllTextAsync(application.PathTo("Consumer.csproj"),
                TestContext.Current.CancellationToken))
                .Replace("<OutputType>Exe</OutputType>", "", StringComparison.Ordinal)
                .Replace(application.Items, """<MixedPrecisionModel Include="net.onnx" ClassName="Net" WeightsMode="File" />""",
                    StringComparison.Ordinal));
        }

        var build = await application.Build();
        Assert.True(build.Succeeded, build.Output);
        Assert.Equal(["LibraryA.Net.weights", "LibraryB.Net.weights"], WeightsIn("bin/Debug/net10.0"));
        var publish = await application.Command("publish", "--no-restore", "-o", application.PathTo("published"));
        Assert.True(publish.Succeeded, publish.Output);
        Assert.Equal(["LibraryA.Net.weights", "LibraryB.Net.weights"], WeightsIn("published"));

        string[] WeightsIn(string folder) =>
            [.. new DirectoryInfo(application.PathTo(folder)).GetFiles("*.weights").Select(f => f.Name).Order(StringComparer.Ordinal)];
    }
}

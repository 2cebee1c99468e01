using MixPrec.Package.Tests.Consumers;

namespace MixPrec.Package.Tests;

/// <summary>
/// A library with a model that is packed, and an application that knows nothing of this package: it gets the class with its weights and the
/// runtime, and is published as a single file of what is used: trimmed, with the framework in it, and after a restore of its own.
/// </summary>
public sealed class LibraryTests(PackedPackage package)
{
    [Fact]
    public async Task APackedLibraryBringsItsModelToATrimmedApplicationOfASingleFile()
    {
        using var library = new ConsumerProject(package, "Digits.Library");
        string feed = library.PathTo("feed");
        library.Write("nuget.config", Sources(package.Feed));
        library.Write("Library.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework><MixPrecMode>Skip</MixPrecMode><PackageVersion>{package.Version}</PackageVersion><PackageId>{PackedPackage.LibraryId}</PackageId></PropertyGroup>
              <ItemGroup>
                <PackageReference Include="MixPrec.Build" Version="{package.Version}" PrivateAssets="all" />
                <PackageReference Include="MixPrec.Runtime" Version="{package.Version}" />
                <MixedPrecisionModel Include="digits.onnx" Namespace="Digits" Access="public" CalibrationData="none.npz" />
              </ItemGroup>
            </Project>
            """);
        File.Copy(Path.Combine(RepositoryFolder.Root, "samples", "DigitClassifier", "models", "digits.onnx"), library.PathTo("digits.onnx"));
        var pack = await library.Command("pack", "-mt", "-o", feed, "-nodeReuse:false");
        Assert.True(pack.Succeeded, pack.Output);

        using var application = new ConsumerProject(package, "Application");
        application.Write("nuget.config", Sources(package.Feed, feed));
        application.Write("Application.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType><PublishSingleFile>true</PublishSingleFile><PublishTrimmed>true</PublishTrimmed><TreatWarningsAsErrors>true</TreatWarningsAsErrors><UseCurrentRuntimeIdentifier>true</UseCurrentRuntimeIdentifier></PropertyGroup>
              <ItemGroup><PackageReference Include="{PackedPackage.LibraryId}" Version="{package.Version}" /></ItemGroup>
            </Project>
            """);
        application.Write("Program.cs", """
            using var net = Digits.Digits.Load();
            var logits = new float[10];
            net.Run(new float[784], logits);
            System.Console.WriteLine("scores: " + string.Join(' ', logits));
            System.Console.WriteLine("info: " + Digits.Digits.Info.ToJson());
            """);
        var restore = await application.Command("restore", "-nodeReuse:false");
        Assert.True(restore.Succeeded, restore.Output);
        var publish = await application.Command("publish", "--no-restore", "-o", application.PathTo("out"), "-nodeReuse:false");
        Assert.True(publish.Succeeded, publish.Output);
        Assert.DoesNotContain("MixPrec.Build", File.ReadAllText(application.PathTo("obj/project.assets.json")), StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.GetFiles(application.PathTo("out")), file => file.EndsWith(".dll", StringComparison.Ordinal));

        string program = application.PathTo(OperatingSystem.IsWindows() ? "out/Application.exe" : "out/Application");
        var run = await DotNet.RunProgram(program, application.Directory);
        Assert.True(run.Succeeded, run.Output);
        Assert.Equal(11, Assert.Single(run.Lines("scores: ")).Split(' ').Length);
        Assert.StartsWith("info: {\"name\":\"Digits\",\"planHash\":\"", Assert.Single(run.Lines("info: ")), StringComparison.Ordinal);
    }

    private static string Sources(params string[] feeds) => "<configuration><packageSources>" + string.Concat(feeds.Select((feed, i) =>
        FormattableString.Invariant($"<add key=\"mixprec-test-{i}\" value=\"{feed}\" />"))) + "</packageSources></configuration>";
}

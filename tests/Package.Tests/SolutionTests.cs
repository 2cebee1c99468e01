using MixPrec.Package.Tests.Consumers;

namespace MixPrec.Package.Tests;

/// <summary>
/// Kinds of projects that users have, as many as one build can show: a solution in XML of a library, a web application, a background
/// service and a test project, all with one model, with central versions, restored from lock files of packages and built at once in the
/// threads of one process. And an application of one file.
/// </summary>
public sealed class SolutionTests(PackedPackage package)
{
    private static readonly (string Name, string Sdk, string Properties)[] s_projects =
    [
        ("Models", "Microsoft.NET.Sdk", "<OutputType>Library</OutputType><GenerateDocumentationFile>true</GenerateDocumentationFile>"),
        ("Service", "Microsoft.NET.Sdk.Web", "<OutputType>Exe</OutputType>"),
        ("Background", "Microsoft.NET.Sdk.Worker", "<OutputType>Exe</OutputType><UserSecretsId>none</UserSecretsId>"),
        ("Models.Tests", "Microsoft.NET.Sdk", "<OutputType>Library</OutputType><IsTestProject>true</IsTestProject>"),
    ];

    [Fact]
    public async Task ASolutionOfManyKindsBuildsAtOnceFromOneModel()
    {
        using var folder = new ConsumerProject(package, "a sölution");
        folder.Write("nuget.config",
            $"""<configuration><packageSources><add key="mixprec-test" value="{package.Feed}" /></packageSources></configuration>""");
        folder.Write("all.slnx",
            $"<Solution>{string.Concat(s_projects.Select(p => $"<Project Path=\"{p.Name}/{p.Name}.csproj\" />"))}</Solution>");
        folder.Write("Directory.Packages.props", $"""
            <Project>
              <PropertyGroup><ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally></PropertyGroup>
              <ItemGroup><PackageVersion Include="MixPrec.Build" Version="{package.Version}" /></ItemGroup>
            </Project>
            """);
        folder.Write("digits.onnx", "lock one loss");
        foreach (var (name, sdk, properties) in s_projects)
        {
            folder.Write($"{name}/Program.cs", "class Program { static void Main() { } }");
            folder.Write($"{name}/{name}.csproj", $"""
                <Project Sdk="{sdk}">
                  <PropertyGroup>
                    <TargetFramework>net10.0</TargetFramework>{properties}
                    <RestorePackagesWithLockFile>true</RestorePackagesWithLockFile>
                    <MixPrecWorkerPath>{PackedPackage.FakeWorker}</MixPrecWorkerPath>
                  </PropertyGroup>
                  <ItemGroup>
                    <PackageReference Include="MixPrec.Build" />
                    <MixedPrecisionModel Include="../digits.onnx" />
                  </ItemGroup>
                  <Target Name="DropGenerator" BeforeTargets="CoreCompile"><ItemGroup><Analyzer Remove="@(Analyzer)" Condition="'%(Filename)' == 'MixPrec.Generators'" /></ItemGroup></Target>
                </Project>
                """);
        }

        var restore = await folder.Command("restore", "all.slnx", "--use-lock-file");
        Assert.True(restore.Succeeded, restore.Output);
        var build = await folder.Build("all.slnx", "-m", "-mt", "-warnaserror", "-p:RestoreLockedMode=true");

        Assert.True(build.Succeeded, build.Output);
        Assert.All(s_projects, p => Assert.True(File.Exists(folder.PathTo($"{p.Name}/obj/mixprec/Digits.plan.json")), build.Output));
        Assert.Equal(s_projects.Length, build.Output.Split("Digits: 6 of 8 layers").Length - 1);
    }

    /// <summary>Its item stands in a file beside it, for there is no line for items in a program.</summary>
    [Fact]
    public async Task AnApplicationOfOneFileHasItsItemInDirectoryBuildProps()
    {
        using var folder = new ConsumerProject(package, "app");
        folder.Write("nuget.config",
            $"""<configuration><packageSources><add key="mixprec-test" value="{package.Feed}" /></packageSources></configuration>""");
        folder.Write("Directory.Build.props", """
            <Project>
              <ItemGroup>
                <MixedPrecisionModel Include="digits.onnx" CalibrationData="calibration.npz" />
              </ItemGroup>
            </Project>
            """);
        folder.Write("app.cs", $"""
            #:package MixPrec.Build@{package.Version}
            #:property MixPrecMode=Skip
            using app;

            using var net = Digits.Load();
            var logits = new float[10];
            net.Run(new float[784], logits);
            Console.WriteLine("scores: " + string.Join(' ', logits));
            """);
        File.Copy(Path.Combine(RepositoryFolder.Root, "samples", "DigitClassifier", "models", "digits.onnx"), folder.PathTo("digits.onnx"));

        var run = await folder.Command("run", "app.cs");
        Assert.True(run.Succeeded, run.Output);
        Assert.Equal(11, Assert.Single(run.Lines("scores: ")).Split(' ').Length);
        Assert.Single(run.Lines("warning MXP1105"));
    }
}

using System.Reflection;

namespace MixPrec.Package.Tests.Consumers;

/// <summary>
/// A project that imports the package's build files from a folder laid out as the package is, without restore: enough for everything that
/// happens before anything runs, and quick enough to try many kinds of projects.
/// </summary>
public sealed class LaidOutPackage : IDisposable
{
    private readonly DirectoryInfo root = System.IO.Directory.CreateTempSubdirectory("mixprec-shape");

    /// <param name="folder">Name of the project's folder.</param>
    public LaidOutPackage(string folder = "Project")
    {
        Directory = System.IO.Directory.CreateDirectory(Path.Combine(root.FullName, folder)).FullName;
        var build = Path.Combine(RepositoryFolder.Root, "build");
        foreach (var file in new DirectoryInfo(build).GetFiles("*", SearchOption.AllDirectories))
        {
            Copy(file.FullName, Path.Combine("package", "build", Path.GetRelativePath(build, file.FullName)));
        }

        var configuration = typeof(LaidOutPackage).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(data => data.Key == "Configuration").Value!;
        Copy(Path.Combine(RepositoryFolder.Root, "src", "Tasks", "bin", configuration, "netstandard2.0", "MixPrec.Tasks.dll"),
            Path.Combine("package", "tasks", "MixPrec.Tasks.dll"));
        File.WriteAllText(PathTo("digits.onnx"), "ok");
    }

    public string Directory { get; }

    public string PathTo(string relative) => Path.Combine(Directory, relative);

    /// <param name="properties">Lines of the property group; the target frameworks are among them.</param>
    public async Task<CommandResult> Run(string project, string properties, string items, params string[] arguments)
    {
        var package = Path.Combine(root.FullName, "package", "build");
        var isOuter = properties.Contains("<TargetFrameworks>", StringComparison.Ordinal);
        await File.WriteAllTextAsync(PathTo(project), $"""
            <Project>
              <Import Project="Sdk.props" Sdk="Microsoft.NET.Sdk" />
              <Import Project="{package}/MixPrec.Build.props" />
              <PropertyGroup>{properties}<MixPrecWorkerPath>{PackedPackage.FakeWorker}</MixPrecWorkerPath></PropertyGroup>
              <ItemGroup>{items}</ItemGroup>
              <Import Project="Sdk.targets" Sdk="Microsoft.NET.Sdk" />
              <Import Project="{package}/MixPrec.Build.targets" Condition="'{isOuter}' != 'True' or '$(TargetFramework)' != ''" />
              <Import Project="{package}/MultiTargeting/MixPrec.Build.targets" Condition="'{isOuter}' == 'True' and '$(TargetFramework)' == ''" />
            </Project>
            """, TestContext.Current.CancellationToken);
        return await DotNet.Run(Directory, ["msbuild", project, "-nodeReuse:false", .. arguments]);
    }

    public void Dispose() => root.Delete(recursive: true);

    private void Copy(string from, string to)
    {
        to = Path.Combine(root.FullName, to);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(from, to);
    }
}

namespace MixPrec.Package.Tests.Consumers;

/// <summary>
/// A user's project in a temporary folder, outside the repository and its settings, that references the packed package. With
/// <see cref="UseFakeWorker"/> the model is a text that tells the worker what to do, and the generator is left out.
/// </summary>
public sealed class ConsumerProject(PackedPackage package, string name = "Consumer") : IDisposable
{
    private readonly DirectoryInfo root = System.IO.Directory.CreateTempSubdirectory("mixprec-consumer");

    public string Directory => System.IO.Directory.CreateDirectory(Path.Combine(root.FullName, name)).FullName;

    public string OutputDirectory => PathTo("obj/mixprec");

    public bool UseFakeWorker { get; init; } = true;

    /// <summary>Semicolons separate several.</summary>
    public string TargetFrameworks { get; init; } = "net10.0";

    public string OutputType { get; init; } = "Exe";

    /// <summary>Further lines of the property group.</summary>
    public string Properties { get; init; } = "";

    /// <summary>Attributes of the reference to MixPrec.Build besides its name and version.</summary>
    public string ReferenceAttributes { get; init; } = "";

    /// <summary>The file nuget.config; null for the package's feed beside the machine's own.</summary>
    public string? NuGetConfig { get; set; }

    /// <summary>The items; each test may change and <see cref="WriteProject"/> again.</summary>
    public string Items { get; set; } = """<MixedPrecisionModel Include="digits.onnx" CalibrationData="calibration.npz" />""";

    public string PathTo(string relative) => Path.Combine(Directory, relative);

    public ConsumerProject Write(string relative, string text)
    {
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(PathTo(relative))!);
        File.WriteAllText(PathTo(relative), text);
        return this;
    }

    /// <summary>Writes the project, a program, and for the fake worker a model that succeeds with its data.</summary>
    public ConsumerProject WriteAll(string model = "ok")
    {
        Write("Program.cs", "System.Console.WriteLine(string.Join(',', typeof(Program).Assembly.GetManifestResourceNames())); partial class Program { }");
        if (UseFakeWorker)
        {
            Write("digits.onnx", model).Write("calibration.npz", "data");
        }

        return WriteProject();
    }

    public ConsumerProject WriteProject()
    {
        Write("nuget.config", NuGetConfig ?? $"""<configuration><packageSources><add key="mixprec-test" value="{package.Feed}" /></packageSources></configuration>""");
        var frameworks = TargetFrameworks.Contains(';') ? $"<TargetFrameworks>{TargetFrameworks}</TargetFrameworks>"
            : $"<TargetFramework>{TargetFrameworks}</TargetFramework>";
        var worker = UseFakeWorker ? $"<MixPrecWorkerPath>{PackedPackage.FakeWorker}</MixPrecWorkerPath>" : "";
        var noGenerator = UseFakeWorker
            ? """<Target Name="DropGenerator" BeforeTargets="CoreCompile"><ItemGroup><Analyzer Remove="@(Analyzer)" Condition="'%(Filename)' == 'MixPrec.Generators'" /></ItemGroup></Target>"""
            : "";
        return Write("Consumer.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>{frameworks}<OutputType>{OutputType}</OutputType>{worker}{Properties}</PropertyGroup>
              <ItemGroup><PackageReference Include="MixPrec.Build" Version="{package.Version}" {ReferenceAttributes} />{Items}</ItemGroup>
              {noGenerator}
            </Project>
            """);
    }

    /// <summary>Puts in place what restoring would. With a nuget.config of its own a project has to be restored by itself.</summary>
    public async Task<ConsumerProject> Restore()
    {
        Assert.Null(NuGetConfig);
        await package.Restored.Restore(this);
        return this;
    }

    public Task<CommandResult> Build(params string[] arguments) => DotNet.Run(Directory, ["build", .. arguments]);

    public Task<CommandResult> Command(params string[] arguments) => DotNet.Run(Directory, arguments);

    /// <summary>How often the fake worker was started for a model, and in which mode each time.</summary>
    public string[] WorkerStarts(string model = "digits.onnx") =>
        File.Exists(PathTo(model + ".starts")) ? File.ReadAllLines(PathTo(model + ".starts")) : [];

    /// <summary>Names of the files below obj/mixprec, without those that only organise builds.</summary>
    public string[] Results() => !System.IO.Directory.Exists(OutputDirectory) ? [] :
    [
        .. new DirectoryInfo(OutputDirectory).GetFiles().Select(file => file.Name).Order(StringComparer.Ordinal)
            .Where(file => !file.EndsWith(".guard", StringComparison.Ordinal) && file != "checked"),
    ];

    public void Dispose() => root.Delete(recursive: true);
}

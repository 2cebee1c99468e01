using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using MixPrec.Jobs;
using MixPrec.Worker.CommandLine;

namespace MixPrec.Worker.Tests;

/// <summary>A project before and after a model was added to it, and the program that writes calibration data.</summary>
public sealed class InitCommandTests : IDisposable
{
    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">

          <!-- Ours. -->
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
          </PropertyGroup>

        </Project>

        """;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mixprec-init");

    private string ProjectFile => Path.Combine(_directory.FullName, "App.csproj");

    public InitCommandTests()
    {
        File.WriteAllText(ProjectFile, Project);
        File.Copy(WorkerProgram.SampleModel, Path.Combine(_directory.FullName, "digits.onnx"));
    }

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void WhatIsMissingIsAddedAndNothingElseChanges()
    {
        Run("--class-name", "DigitsNet");
        string text = File.ReadAllText(ProjectFile);
        Assert.StartsWith(Project[..Project.IndexOf("</Project>", StringComparison.Ordinal)], text, StringComparison.Ordinal);
        Assert.All(["<PackageReference Include=\"MixPrec.Build\" Version=\"1.0.0\" />", "<Compile Remove=\"calibration/**\" />",
            "<MixedPrecisionModel Include=\"digits.onnx\" ClassName=\"DigitsNet\" CalibrationData=\"calibration/DigitsNet.npz\" />"],
            element => Assert.Contains(element, text, StringComparison.Ordinal));

        Assert.Contains("has it all already", Run("--class-name", "DigitsNet"), StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(ProjectFile));
    }

    [Fact]
    public void CentralVersionsAndDataThatAreThereAreRespected()
    {
        File.WriteAllText(Path.Combine(_directory.FullName, "Directory.Packages.props"), "<Project />");
        using var json = JsonDocument.Parse(Run("--calibration-data", Path.Combine(_directory.FullName, "train.npz"), "--json"));
        string text = File.ReadAllText(ProjectFile);
        Assert.Contains("<PackageReference Include=\"MixPrec.Build\" />", text, StringComparison.Ordinal);
        Assert.Contains("CalibrationData=\"train.npz\"", text, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_directory.FullName, "calibration")));
        Assert.Contains("PackageVersion", json.RootElement.GetProperty("next")[0].GetString(), StringComparison.Ordinal);
    }

    /// <summary>Nothing in the name of a file is evaluated, a list or a pattern when MSBuild reads the project.</summary>
    [Fact]
    public void AHostileFileNameIsText()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no such names");
        string model = Path.Combine(_directory.FullName, "$([System.IO.File]::Delete('x'));*@(a)%3B\n.onnx");
        File.Copy(WorkerProgram.SampleModel, model);
        using var output = new StringWriter();
        Assert.Equal(WorkerExitCode.Done, CommandLineProgram.Run(["init", model, "--project", ProjectFile, "--class-name", "Net"],
            new(output, output), TestContext.Current.CancellationToken));
        Assert.Contains("Include=\"%24%28[System.IO.File]::Delete%28%27x%27%29%29%3b%2a%40%28a%29%253B%0a.onnx\"", File.ReadAllText(ProjectFile),
            StringComparison.Ordinal);
    }

    [Fact]
    public void AClassNameThatNoClassCanHaveIsRefused()
    {
        using var error = new StringWriter();
        Assert.Equal(WorkerExitCode.Usage, CommandLineProgram.Run(["init", Path.Combine(_directory.FullName, "digits.onnx"),
            "--project", ProjectFile, "--class-name", "../../Net"], new(TextWriter.Null, error), TestContext.Current.CancellationToken));
        Assert.Contains("--class-name ../../Net", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<Project", "error MXP1110: ")]
    [InlineData("<Project />", "is no SDK-style project")]
    public void AProjectThatCannotBeChangedStaysAsItIs(string text, string words)
    {
        File.WriteAllText(ProjectFile, text);
        using var error = new StringWriter();
        Assert.NotEqual(WorkerExitCode.Done, CommandLineProgram.Run(
            ["init", Path.Combine(_directory.FullName, "digits.onnx"), "--project", ProjectFile], new(TextWriter.Null, error),
            TestContext.Current.CancellationToken));
        Assert.Contains(words, error.ToString(), StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(ProjectFile));
    }

    /// <summary>As its user leaves it: with one line that reads the samples.</summary>
    [Fact]
    public async Task TheStarterRunsAndWritesTheInputsOfTheModel()
    {
        Run();
        string starter = Path.Combine(_directory.FullName, "calibration", "Digits.cs");
        string text = await File.ReadAllTextAsync(starter, TestContext.Current.CancellationToken);
        const string Missing = "throw new NotImplementedException(\"Read your sample into 'values' here.\")";
        Assert.Contains(Missing, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(starter, text.Replace(Missing, "values.Clear()", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["run", "--file", "calibration/Digits.cs"])
        {
            WorkingDirectory = _directory.FullName, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var result = await WorkerProgram.Finish(process);
        Assert.True(result.ExitCode == 0, result.Out + result.Error);

        using var archive = ZipFile.OpenRead(Path.Combine(_directory.FullName, "calibration", "Digits.npz"));
        Assert.Equal(["image.npy", "labels.npy"], archive.Entries.Select(e => e.FullName));
        using var image = archive.Entries[0].Open();
        var header = new byte[128];
        image.ReadExactly(header);
        Assert.Equal(0, (header.Length - 10 - (header[8] + (header[9] << 8))) % 64);
        Assert.Contains("{'descr': '<f4', 'fortran_order': False, 'shape': (256, 1, 28, 28), }", Encoding.ASCII.GetString(header),
            StringComparison.Ordinal);
        Assert.Equal(128 + (256L * 784 * 4), archive.Entries[0].Length);
    }

    private string Run(params string[] options)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = CommandLineProgram.Run(["init", Path.Combine(_directory.FullName, "digits.onnx"), "--project", ProjectFile, .. options],
            new(output, error), TestContext.Current.CancellationToken);
        Assert.True(code == WorkerExitCode.Done, error.ToString());
        return output.ToString();
    }
}

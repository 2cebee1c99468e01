using MixPrec.Compiler.Execution;
using Xunit;

namespace MixPrec.Compiler.Tests.Execution;

/// <summary>Which of the installed SDKs compiles what is measured.</summary>
public sealed class SdkCompilerTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("mixprec-dotnet");

    private string Runtime => _root.CreateSubdirectory("shared/Microsoft.NETCore.App/10.0.1").FullName;

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void TheOneThatRunsTheseTestsIsFound() => SdkCompiler.Require();

    [Theory]
    [InlineData("10.0.401", "10.0.100", "10.0.401")]
    [InlineData("10.0.401", "10.0.401", "10.0.401-preview.2.1")]
    [InlineData("10.0.100", "9.0.300", "10.0.100", "11.0.100", "notes")]
    public void TheNewestThatRunsOnTheRuntimeIsTaken(string expected, params string[] installed)
    {
        foreach (string sdk in installed)
        {
            Install(sdk, "Microsoft.CodeAnalysis.dll", "Microsoft.CodeAnalysis.CSharp.dll");
        }

        Assert.Equal(Path.Combine(_root.FullName, "sdk", expected, "Roslyn", "bincore"),
            Path.GetFullPath(SdkCompiler.Find(Runtime, 10)!));
    }

    [Fact]
    public void ARuntimeAloneOrAnOldOrHalfSdkHasNone()
    {
        Assert.Null(SdkCompiler.Find(Runtime, 10));
        Install("9.0.300", "Microsoft.CodeAnalysis.dll", "Microsoft.CodeAnalysis.CSharp.dll");
        Install("10.0.100", "Microsoft.CodeAnalysis.dll");
        Assert.Null(SdkCompiler.Find(Runtime, 10));
    }

    private void Install(string sdk, params string[] files)
    {
        string folder = _root.CreateSubdirectory($"sdk/{sdk}/Roslyn/bincore").FullName;
        foreach (string file in files)
        {
            File.WriteAllText(Path.Combine(folder, file), "");
        }
    }
}

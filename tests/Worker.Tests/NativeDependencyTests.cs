using MixPrec.Compiler;
using MixPrec.Worker.Failures;

namespace MixPrec.Worker.Tests;

public sealed class NativeDependencyTests
{
    private const string TooOld = """
        Unable to load shared library 'LibTorchSharp' or one of its dependencies.
        /lib/x86_64-linux-gnu/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by /packages/torchsharp/libLibTorchSharp.so)
        /app/LibTorchSharp.so: cannot open shared object file: No such file or directory
        """;

    [Fact]
    public void TooOldSystemLibraryIsNamedWithBothVersions()
    {
        var error = NativeDependency.Torch.Unusable("LibTorchSharp", TooOld, (library, prefix) =>
            $"{prefix}_3.4.30 of {Path.GetFileName(library)}");
        Assert.Equal("MXP5002", error.Description.Id);
        Assert.Equal(
            "libtorch cannot be loaded: /lib/x86_64-linux-gnu/libstdc++.so.6 offers GLIBCXX_3.4.30 of libstdc++.so.6, needed is GLIBCXX_3.4.32. Install libstdc++6 of GCC 13 or newer (Debian 13, Ubuntu 24.04).",
            error.Message);
    }

    [Fact]
    public void MissingDependencyIsNamed()
    {
        string message = "Unable to load.\n/app/LibTorchSharp.so: cannot open shared object file: No such file or directory\nlibtorch.so: cannot open shared object file: No such file or directory\n";
        var error = NativeDependency.Torch.Unusable("LibTorchSharp", message, (_, _) => null);
        Assert.StartsWith("libtorch cannot be loaded: libtorch.so: cannot open shared object file", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void LibrariesOfTheCompilerLoad()
    {
        NativeDependency.Torch.Require();
        NativeDependency.OrTools.Require();
    }

    [Fact]
    public void MissingLibraryIsOneLine()
    {
        var error = Assert.Throws<MixPrecException>(() => new NativeDependency("A library", "there-is-no-such-library").Require());
        Assert.Equal("MXP5002", error.Description.Id);
        Assert.Contains("A library cannot be loaded", Failure.LineOf(error).Text, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', Failure.LineOf(error).Text);
    }

    [Fact]
    public void UnexpectedExceptionsSayHowToReportThem()
    {
        var failure = Failure.FromException(new AggregateException(new InvalidOperationException("first\nsecond")), "testing");
        Assert.Equal("MXP9001", failure.Line.Code);
        Assert.StartsWith("Unexpected InvalidOperationException while testing: first second", failure.Line.Text, StringComparison.Ordinal);
        Assert.Contains("report it", failure.Line.Text, StringComparison.Ordinal);
        Assert.NotNull(failure.Stack);
    }
}

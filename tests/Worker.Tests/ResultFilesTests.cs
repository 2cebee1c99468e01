using MixPrec.Worker.Jobs;

namespace MixPrec.Worker.Tests;

public sealed class ResultFilesTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("mixprec-results");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public void NothingIsVisibleBeforeEverythingIsWritten()
    {
        using var files = new ResultFiles(directory.FullName, "Net");
        using (var weights = files.Create(".weights"))
        {
            weights.Write([1, 2, 3]);
        }

        files.WriteInputs(["/b", "/a", "/b"]);
        Assert.Equal(["Net.inputs.tmp", "Net.weights.tmp"], Names());
        files.Publish();
        Assert.Equal(["Net.inputs", "Net.weights"], Names());
        Assert.Equal("/a\n/b\n", File.ReadAllText(Path.Combine(directory.FullName, "Net.inputs")));
    }

    [Fact]
    public void AFileInTheFoldersPlaceIsRefusedAtOnce()
    {
        string file = Path.Combine(directory.FullName, "file");
        File.WriteAllText(file, "");
        Assert.Equal("MXP1042", Assert.Throws<MixPrecException>(() => ResultFiles.In(file, "Net")).Description.Id);
        string deep = Path.Combine(directory.FullName, "mistyped", "folder");
        var refused = Assert.Throws<MixPrecException>(() => ResultFiles.In(deep, "Net"));
        Assert.Equal("MXP1040", refused.Description.Id);
        Assert.Contains($"the folder '{Path.GetDirectoryName(deep)}' does not exist", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.GetDirectoryName(deep)));
        string folder = Path.Combine(directory.FullName, "new");
        using var files = ResultFiles.In(folder, "Net");
        Assert.False(Directory.Exists(folder));
        files.Write(".txt", "text");
        files.Publish();
        Assert.Equal("text", File.ReadAllText(Path.Combine(folder, "Net.txt")));
    }

    /// <summary>
    /// However deep the runtime's refusal lies, a mistyped name is the user's to mend: one line with the names that there are.
    /// </summary>
    [Fact]
    public void AForcedKernelThatThereIsNotIsOneLine()
    {
        var deep = new System.Reflection.TargetInvocationException(new TypeInitializationException("T",
            new PlatformNotSupportedException("MIXPREC_KERNEL=x: there is no such kernel.")));
        var failure = Failures.Failure.FromException(deep, "running");
        Assert.Equal("MXP1031", failure.Line.Code);
        Assert.Null(failure.Stack);
        Assert.Contains("MIXPREC_KERNEL=x", failure.Line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsNotPublishedGoesAway()
    {
        File.WriteAllText(Path.Combine(directory.FullName, "Net.weights"), "earlier");
        using (var files = new ResultFiles(directory.FullName, "Net"))
        {
            files.Write(".weights", "later");
        }

        Assert.Equal(["Net.weights"], Names());
        Assert.Equal("earlier", File.ReadAllText(Path.Combine(directory.FullName, "Net.weights")));
    }

    private string[] Names() => [.. directory.GetFiles().Select(file => file.Name).Order(StringComparer.Ordinal)];
}

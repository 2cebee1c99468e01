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

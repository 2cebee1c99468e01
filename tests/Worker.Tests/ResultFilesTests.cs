using MixPrec.Worker.Jobs;

namespace MixPrec.Worker.Tests;

public sealed class ResultFilesTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("mixprec-results");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public void NothingIsVisibleBeforeEverythingIsWritten()
    {
        using var files = Entered();
        using (var weights = files.Create(".weights"))
        {
            weights.Write([1, 2, 3]);
        }

        files.WriteInputs(["/b", "/a", "/b"]);
        Assert.Collection(Names(), name => Assert.Matches("^Net\\.inputs\\.\\w+\\.tmp$", name), name => Assert.Matches("^Net\\.weights\\.\\w+\\.tmp$", name));
        files.Publish();
        Assert.Equal(["Net.inputs", "Net.weights"], Names());
        Assert.Equal("/a\n/b\n", File.ReadAllText(Path.Combine(directory.FullName, "Net.inputs")));
    }

    [Fact]
    public void AFileInTheFoldersPlaceIsRefusedAtOnce()
    {
        string file = Path.Combine(directory.FullName, "file");
        File.WriteAllText(file, "");
        Assert.Equal("MXP1042", Assert.Throws<MixPrecException>(() => ResultFiles.In(file, "Net", () => { }, TestContext.Current.CancellationToken)).Description.Id);
        string deep = Path.Combine(directory.FullName, "mistyped", "folder");
        var refused = Assert.Throws<MixPrecException>(() => ResultFiles.In(deep, "Net", () => { }, TestContext.Current.CancellationToken));
        Assert.Equal("MXP1040", refused.Description.Id);
        Assert.Contains($"the folder '{Path.GetDirectoryName(deep)}' does not exist", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.GetDirectoryName(deep)));
        string folder = Path.Combine(directory.FullName, "new");
        using var files = ResultFiles.In(folder, "Net", () => { }, TestContext.Current.CancellationToken);
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
        using (var files = Entered())
        {
            files.Write(".weights", "later");
        }

        Assert.Equal(["Net.weights"], Names());
        Assert.Equal("earlier", File.ReadAllText(Path.Combine(directory.FullName, "Net.weights")));
    }

    /// <summary>The second waits for the first, and what a killed one has left is gone.</summary>
    [Fact]
    public async Task OneProcessAtATimeHasTheFilesOfAClass()
    {
        var first = Entered();
        first.Write(".weights", "first");
        File.WriteAllText(PathOf("Net.plan.json.x.tmp"), "left by a killed worker");
        File.WriteAllText(PathOf("Net.notes.x.tmp"), "somebody's own");
        bool waited = false;
        var second = Task.Run(() => ResultFiles.Enter(directory.FullName, "Net", () => waited = true, TestContext.Current.CancellationToken),
            TestContext.Current.CancellationToken);
        Assert.NotSame(second, await Task.WhenAny(second, Task.Delay(300, TestContext.Current.CancellationToken)));
        first.Publish();
        first.Dispose();
        using var entered = await second;
        Assert.True(waited);
        Assert.Equal(["Net.notes.x.tmp", "Net.weights"], Names());
        using var other = ResultFiles.Enter(directory.FullName, "Other", () => Assert.Fail("other classes wait for nobody"),
            TestContext.Current.CancellationToken);
    }

    /// <summary>/dev/full takes every write and has room for none.</summary>
    [Fact]
    public void AFullDiskIsOneLineWhoeverWrites()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "no device that is always full");
        using var full = new Jobs.ResultStream(new FileStream("/dev/full", FileMode.Open, FileAccess.Write), refused =>
            new MixPrecException(MixPrec.Diagnostics.DiagnosticCatalog.OutputUnwritable, null, "folder", refused.Message));
        var error = Assert.Throws<MixPrecException>(() =>
        {
            full.Write(new byte[1 << 20]);
            full.Flush();
        });
        Assert.Contains("No space left", error.Message, StringComparison.Ordinal);

        var failure = Failures.Failure.FromException(new InvalidOperationException("x", new IOException("No space left on device : '/x'")), "running");
        Assert.Equal("MXP1080", failure.Line.Code);
        Assert.Equal("MXP1083", Failures.Failure.FromException(new OutOfMemoryException(), "running").Line.Code);
        Assert.Equal("MXP9001", Failures.Failure.FromException(new FileNotFoundException("Could not load assembly"), "running").Line.Code);
    }

    private ResultFiles Entered() =>
        ResultFiles.Enter(directory.FullName, "Net", () => Assert.Fail("nobody else has the files"), TestContext.Current.CancellationToken);

    private string PathOf(string name) => Path.Combine(directory.FullName, name);

    private string[] Names() => [.. directory.GetFiles().Select(file => file.Name).Order(StringComparer.Ordinal)];
}

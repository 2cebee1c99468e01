using System.Diagnostics;
using MixPrec.Compiler.Exclusion;
using Xunit;

namespace MixPrec.Compiler.Tests.Exclusion;

public sealed class MachineLockTests : IDisposable
{
    private readonly string _subject = Guid.NewGuid().ToString();

    public void Dispose() => File.Delete(MachineLock.PathOf("test", _subject));

    [Fact]
    public async Task OneGetsInAtATimeAndTheNextIsToldThatItWaited()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var first = MachineLock.Enter("test", _subject, Never, cancellation);
        Assert.False(first.HadToWait);
        var waits = new TaskCompletionSource();
        var second = Task.Run(() => MachineLock.Enter("test", _subject, waits.SetResult, cancellation), cancellation);
        await waits.Task.WaitAsync(cancellation);
        Assert.False(second.IsCompleted);

        first.Dispose();
        using var entered = await second;
        Assert.True(entered.HadToWait);
    }

    [Fact]
    public void OtherSubjectsAreOtherLocks()
    {
        using var first = MachineLock.Enter("test", _subject, Never, TestContext.Current.CancellationToken);
        using var second = MachineLock.Enter("test", _subject + "2", Never, TestContext.Current.CancellationToken);
        Assert.False(second.HadToWait);
    }

    [Fact]
    public void WaitingCanBeCancelled()
    {
        using var first = MachineLock.Enter("test", _subject, Never, TestContext.Current.CancellationToken);
        using var source = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => MachineLock.Enter("test", _subject, source.Cancel, source.Token));
    }

    /// <summary>Nobody cleans up behind a process that is killed; the next one must not wait for it.</summary>
    [Fact]
    public void AFileThatIsLeftBehindIsNoLock()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the holder is a shell that is killed");
        string path = MachineLock.PathOf("test", _subject);
        File.WriteAllText(path, "");
        using (var holder = Process.Start(new ProcessStartInfo("sh", ["-c", $"exec 9<'{path}'; kill -KILL $$"]))!)
        {
            holder.WaitForExit();
        }

        using var next = MachineLock.Enter("test", _subject, Never, TestContext.Current.CancellationToken);
        Assert.False(next.HadToWait);
    }

    [Fact]
    public void NothingIsLeftInTheTemporaryFolder()
    {
        string path = MachineLock.PathOf("test", _subject);
        using (MachineLock.Enter("test", _subject, Never, TestContext.Current.CancellationToken))
        {
            Assert.True(File.Exists(path));
        }

        Assert.False(File.Exists(path));
    }

    /// <summary>Each holder deletes the file that others have open already: nobody may get the lock of a file without a name.</summary>
    [Fact]
    public async Task ManyInTurnAreNeverTwoAtOnce()
    {
        var cancellation = TestContext.Current.CancellationToken;
        int inside = 0;
        int entered = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 10; i++)
            {
                using var turn = MachineLock.Enter("test", _subject, () => { }, cancellation);
                Assert.Equal(1, Interlocked.Increment(ref inside));
                entered++;
                Interlocked.Decrement(ref inside);
            }
        }, cancellation)));
        Assert.Equal(80, entered);
    }

    [Fact]
    public void ALinkInItsPlaceIsNotFollowed()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("links need rights there");
            return;
        }

        string target = Path.GetTempFileName();
        string path = MachineLock.PathOf("test", _subject);
        try
        {
            var mode = File.GetUnixFileMode(target);
            File.CreateSymbolicLink(path, target);
            MachineLock.Enter("test", _subject, Never, TestContext.Current.CancellationToken).Dispose();
            Assert.Equal(target, new FileInfo(path).LinkTarget);
            Assert.Equal(mode, File.GetUnixFileMode(target));
        }
        finally
        {
            File.Delete(target);
        }
    }

    [Fact]
    public void ThePathIsOneForAllProcessesAndHoldsNoNames()
    {
        Assert.Equal(MachineLock.PathOf("plan", "/home/someone/net.onnx"), MachineLock.PathOf("plan", "/home/someone/net.onnx"));
        Assert.DoesNotContain("someone", MachineLock.PathOf("plan", "/home/someone/net.onnx"), StringComparison.Ordinal);
    }

    private static void Never() => Assert.Fail("nobody else holds the lock");
}

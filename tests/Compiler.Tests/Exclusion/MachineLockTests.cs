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
        File.Delete(MachineLock.PathOf("test", _subject + "2"));
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
    public void ThePathIsOneForAllProcessesAndHoldsNoNames()
    {
        Assert.Equal(MachineLock.PathOf("plan", "/home/someone/net.onnx"), MachineLock.PathOf("plan", "/home/someone/net.onnx"));
        Assert.DoesNotContain("someone", MachineLock.PathOf("plan", "/home/someone/net.onnx"), StringComparison.Ordinal);
    }

    private static void Never() => Assert.Fail("nobody else holds the lock");
}

using MixPrec.Tasks.Models;
using MixPrec.Tasks.Run;

namespace MixPrec.Tasks.Tests;

public sealed class WorkerOutcomeTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("mixprec-tasks");

    private ModelFiles Files => new(directory.FullName, "Net");

    public void Dispose() => directory.Delete(recursive: true);

    [Theory]
    [InlineData(3)]
    [InlineData(130)]
    public void ACancelledWorkerIsNoCrash(int exitCode)
    {
        var outcome = WorkerOutcome.Create(Files, "net.onnx", new WorkerResult(WorkerEnd.Exited, exitCode, []), "dotnet exec", 10);

        Assert.True(outcome.IsCancelled);
        Assert.Null(outcome.Added);
    }

    [Fact]
    public void SuccessNeedsAPlanAndWeights()
    {
        var exited = new WorkerResult(WorkerEnd.Exited, 0, []);
        Assert.Equal("MXP5003", WorkerOutcome.Create(Files, "net.onnx", exited, "dotnet exec", 10).Added!.Code);

        File.WriteAllText(Files.Plan, "{}");
        File.WriteAllText(Files.Weights, "");
        Assert.True(WorkerOutcome.Create(Files, "net.onnx", exited, "dotnet exec", 10) is { Succeeded: true, IsAnswer: true, Added: null });
    }

    [Fact]
    public void AMissingWorkerIsOneLine() =>
        Assert.Equal("MXP5001", WorkerOutcome.Create(Files, "net.onnx", null, "dotnet exec", 10).Added!.Code);

    [Fact]
    public void TheGuardLetsOneInAtATime()
    {
        using var first = BuildGuard.Enter(Files.Guard, TimeSpan.FromSeconds(1), CancellationToken.None);
        Assert.NotNull(first);
        Assert.Null(BuildGuard.Enter(Files.Guard, TimeSpan.FromMilliseconds(150), CancellationToken.None));
        Assert.Null(BuildGuard.Enter(Files.Guard, TimeSpan.FromHours(1), new CancellationToken(canceled: true)));

        first.Dispose();
        using var next = BuildGuard.Enter(Files.Guard, TimeSpan.FromSeconds(1), CancellationToken.None);
        Assert.False(next!.HadToWait);
    }
}

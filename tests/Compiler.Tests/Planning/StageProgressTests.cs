using MixPrec.Compiler.Planning;
using Xunit;

namespace MixPrec.Compiler.Tests.Planning;

/// <summary>What is heard of a long stage, on a clock that the test moves.</summary>
public sealed class StageProgressTests
{
    private readonly PlayedClock _clock = new();
    private readonly List<BuildProgress> _heard = [];

    [Fact]
    public void ALongStageSaysHowFarItIsAndHowLongItWillTake()
    {
        var progress = new StageProgress(new Listener(_heard), _clock, default);
        progress.Begin(40, "measuring", to: 75);
        foreach (int done in new[] { 0, 1, 5, 7 })
        {
            _clock.Seconds = done * 30;
            progress.Step(done, 7);
        }

        Assert.Equal(
            [new(40, "measuring"), new(40, "measuring", "0 of 7"), new(45, "measuring", "1 of 7, about 3 min left"),
                new(65, "measuring", "5 of 7, about 60 s left"), new(75, "measuring", "7 of 7")],
            _heard);
    }

    [Fact]
    public void AStageOfOneStepSaysNothingOfSteps()
    {
        var progress = new StageProgress(new Listener(_heard), _clock, default);
        progress.Begin(8, "calibrating", to: 20);
        Assert.Equal([5], progress.Over([5]));
        Assert.Equal([new BuildProgress(8, "calibrating")], _heard);
    }

    [Fact]
    public void AStepOfACancelledBuildEndsIt()
    {
        using var source = new CancellationTokenSource();
        var progress = new StageProgress(new Listener(_heard), _clock, source.Token);
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => progress.Step(1, 2));
    }

    private sealed class Listener(List<BuildProgress> heard) : IProgress<BuildProgress>
    {
        public void Report(BuildProgress value) => heard.Add(value);
    }

    private sealed class PlayedClock : TimeProvider
    {
        public double Seconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => (long)(Seconds * 1000);
    }
}

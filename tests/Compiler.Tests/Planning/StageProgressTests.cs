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
        progress.Begin(PlanningStage.Timing, "measuring");
        foreach (int done in new[] { 0, 1, 5, 7 })
        {
            _clock.Seconds = done * 30;
            progress.Step(done, 7);
        }

        Assert.Equal(
            [(40, ""), (40, "0 of 7"), (45, "1 of 7, about 3 min left"), (65, "5 of 7, about 60 s left"), (75, "7 of 7")],
            _heard.Select(h => (h.Percent, h.Detail)));
        Assert.All(_heard, h => Assert.Equal(("measuring", 5, 8), (h.Words, h.Step, h.Steps)));
    }

    [Fact]
    public void AStageOfOneStepSaysNothingOfSteps()
    {
        var progress = new StageProgress(new Listener(_heard), _clock, default);
        progress.Begin(PlanningStage.Ranges);
        Assert.Equal([5], progress.Over([5]));
        Assert.Equal([PlanningStage.Ranges.Begun()], _heard);
    }

    /// <summary>Each begins where the one before ends or later, and steps are counted without a gap.</summary>
    [Fact]
    public void StagesAreInOrder()
    {
        Assert.All(PlanningStage.All.Zip(PlanningStage.All.Skip(1)), pair =>
        {
            Assert.InRange(pair.First.To, pair.First.From, pair.Second.From);
            Assert.InRange(pair.Second.Step - pair.First.Step, 0, 1);
        });
        Assert.Equal(1, PlanningStage.All[0].Step);
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

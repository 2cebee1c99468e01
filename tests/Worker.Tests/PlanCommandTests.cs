using MixPrec.Worker.Commands;

namespace MixPrec.Worker.Tests;

public sealed class PlanCommandTests
{
    [Fact]
    public void OptionsOfPlanAreTheMetadata()
    {
        var plan = new PlanCommand();
        string[] arguments = [WorkerProgram.SampleModel, "--min-top1-agreement", "0.9", "--calibration-data=c.npz", "--output", "out", "--timing-seconds", "7", "--max-threads", "1"];
        var job = plan.JobOf(plan.Parse(arguments));
        Assert.Equal(("Update", "Digits", "0.9"), (job["Mode"], job["ClassName"], job["MinTop1Agreement"]));
        Assert.Equal(("7", "1"), (job["TimingSeconds"], job["MaxThreads"]));
        Assert.Equal(Path.GetFullPath("c.npz"), job["CalibrationData"]);
    }
}

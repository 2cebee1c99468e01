using MixPrec.Worker.CommandLine;
using MixPrec.Worker.Commands;

namespace MixPrec.Worker.Tests;

public sealed class PlanCommandTests
{
    [Fact]
    public void OptionsOfPlanAreTheMetadata()
    {
        var command = new PlanCommand();
        string[] arguments = [WorkerProgram.SampleModel, "--min-top1-agreement", "0.9", "--calibration-data", "c.npz", "--output", "out"];
        var job = PlanCommand.JobOf(ParsedArguments.Parse(arguments, command.Options));
        Assert.Equal(("Update", "Digits", "0.9"), (job["Mode"], job["ClassName"], job["MinTop1Agreement"]));
        Assert.Equal(Path.GetFullPath("c.npz"), job["CalibrationData"]);
    }
}

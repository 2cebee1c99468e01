using System.Diagnostics;
using MixPrec.Compiler.Locking;
using MixPrec.Runtime.Simd;
using MixPrec.Worker.Commands;

namespace MixPrec.Worker.Tests;

public sealed class PlanCommandTests
{
    [Fact]
    public void OptionsOfPlanAreTheMetadata()
    {
        var plan = new PlanCommand();
        string[] arguments = [WorkerProgram.SampleModel, "--min-top1-agreement", "0.9", "--calibration-data=c.npz", "--output", "out",
            "--timing-seconds", "7", "--max-threads", "1"];
        var job = plan.JobOf(plan.Parse(arguments));
        Assert.Equal(("Update", "Digits", "0.9"), (job["Mode"], job["ClassName"], job["MinTop1Agreement"]));
        Assert.Equal(("7", "1"), (job["TimingSeconds"], job["MaxThreads"]));
        Assert.Equal(Path.GetFullPath("c.npz"), job["CalibrationData"]);
    }

    /// <summary>
    /// Every machine has scalar code, and others than the narrowest have kernels that the plan must not be timed with. The lock file
    /// belongs to the set, and a build of another set does not take it.
    /// </summary>
    [Theory]
    [InlineData(InstructionSet.Scalar)]
    [InlineData(InstructionSet.Avx2)]
    public async Task APlanForAForcedInstructionSetIsMadeAndSaysSo(InstructionSet set)
    {
        Assert.SkipUnless(InstructionSets.IsAvailable(set), $"this machine has no {set}, and a plan is timed with its kernels");
        var directory = Directory.CreateTempSubdirectory("mixprec-isa");
        string file = Path.Combine(directory.FullName, "lock.json"), name = set.ToString().ToLowerInvariant();
        var result = await WorkerProgram.Run("plan", WorkerProgram.SampleModel, "--calibration-data", WorkerProgram.SampleData,
            "--error-budget", "0.05", "--target-isa", name, "--precisions", "f32;i8", "--timing-seconds", "1", "--lock-file",
            file);
        Assert.True(result.ExitCode == 0, result.Error);
        var plan = Assert.Single(LockFile.Read(file).Plans);
        Assert.Equal(name, plan.Subject.Options.Single(o => o.Key == "TargetIsa").Value);
        Assert.Null(plan.EditedFrom);
        Assert.True(plan.Numbers.Float32Microseconds > 0);
        directory.Delete(recursive: true);
    }

    /// <summary>The process that plans for a set runs its kernels and no wider ones.</summary>
    [Fact]
    public async Task KernelsAreThoseOfTheTarget()
    {
        Assert.SkipUnless(InstructionSets.IsAvailable(InstructionSet.Avx512), "only wider registers than the target's show a difference");
        using var process = WorkerProgram.Start(new Dictionary<string, string> { ["MIXPREC_ISA"] = "avx512" }, "plan",
            WorkerProgram.SampleModel, "--calibration-data", WorkerProgram.SampleData, "--target-isa", "avx2");
        var refused = await WorkerProgram.Finish(process);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("error MXP1030: TargetIsa=\"avx2\", but the kernels of this process are already chosen: avx512", refused.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void ByMultiplicationsNothingIsTimedAndNothingSaysSo()
    {
        var directory = Directory.CreateTempSubdirectory("mixprec-macs");
        var result = WorkerProgram.RunHere("plan", WorkerProgram.SampleModel, "--calibration-data", WorkerProgram.SampleData,
            "--objective", "Macs", "--error-budget", "0.05", "--timing-seconds", "1", "--lock-file", Path.Combine(directory.FullName, "lock.json"));
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.DoesNotContain("measuring every configuration", result.Error, StringComparison.Ordinal);
        Assert.Contains("time saved, modelled", result.Out, StringComparison.Ordinal);
        directory.Delete(recursive: true);
    }

    /// <summary>One signal asks, a second one ends the program; either way the last line says what became of it.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task ACancelledPlanSaysSoAndWritesNothing(int signals)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent with kill");
        var directory = Directory.CreateTempSubdirectory("mixprec-cancel");
        using var process = WorkerProgram.Start(
            "plan", WorkerProgram.SampleModel, "--calibration-data", WorkerProgram.SampleData, "--lock-file",
                Path.Combine(directory.FullName, "lock.json"), "--output", directory.FullName);
        string? first = await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.Contains("%", first, StringComparison.Ordinal);
        for (int i = 0; i < signals; i++)
        {
            using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var ended = await WorkerProgram.Finish(process);
        Assert.Equal(3, ended.ExitCode);
        Assert.EndsWith("mixprec: cancelled; nothing was written\n", ended.Error, StringComparison.Ordinal);
        Assert.Empty(directory.GetFiles());
        directory.Delete();
    }
}

using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Locking;
using MixPrec.Jobs;
using MixPrec.Worker.CommandLine;

namespace MixPrec.Worker.Tests;

public sealed class LockCommandTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("mixprec-lock");

    private string File => Path.Combine(directory.FullName, "net.mixprec.lock.json");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public void PlansAreListedAndTheOneThatIsNamedIsRemoved()
    {
        LockedPlan[] plans = [Plan("0.01"), Plan("0.02")];
        Assert.All(plans, plan => LockFile.Put(File, plan, TestContext.Current.CancellationToken));

        var listed = Run(File);
        Assert.Equal(WorkerExitCode.Done, listed.Exit);
        Assert.All(plans, plan => Assert.Matches($"(?m)^{plan.Subject.Key} +net.onnx +1 of 2 +0.0020 +2.00× ", listed.Out));
        Assert.Contains("ErrorBudget=0.02", listed.Out, StringComparison.Ordinal);

        Assert.Equal(WorkerExitCode.Usage, Run(File, "--remove", "nothing").Exit);
        Assert.Equal(WorkerExitCode.Done, Run(File, "--remove", plans[0].Subject.Key).Exit);
        Assert.Equal(plans[1].Subject.Key, Assert.Single(LockFile.Read(File).Plans).Subject.Key);
    }

    [Fact]
    public void AFileThatIsNoneIsOneLine()
    {
        Assert.Contains("MXP1001", Run(File).Error, StringComparison.Ordinal);
        System.IO.File.WriteAllText(File, "{}");
        Assert.Contains("MXP1103", Run(File).Error, StringComparison.Ordinal);
    }

    private static LockedPlan Plan(string budget) => new(
        new LockSubject(new string('a', 64), null, null, [new("ErrorBudget", budget)]) { ModelName = "net.onnx" }, "Output", "Projected",
        [new LockedLayer("a", "MatMul", PrecisionConfig.I8, new ActivationRange(0, 1), 1e-6, 2),
            new LockedLayer("b", "MatMul", PrecisionConfig.F32, null, 0)],
        new LockedNumbers(0.001, 0.002, 0.003, 64, 20, 11, 10, "A CPU"));

    private static (int Exit, string Out, string Error) Run(params string[] arguments)
    {
        using var text = new StringWriter();
        using var error = new StringWriter();
        return (CommandLineProgram.Run(["lock", .. arguments], new(text, error), TestContext.Current.CancellationToken), text.ToString(),
            error.ToString());
    }
}

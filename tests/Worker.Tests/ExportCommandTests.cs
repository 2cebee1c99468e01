using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Onnx;
using MixPrec.Jobs;
using MixPrec.Worker.CommandLine;

namespace MixPrec.Worker.Tests;

public sealed class ExportCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mixprec-export-").FullName;

    private string Target => Path.Combine(folder, "out.onnx");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task TheExportedModelIsAModel()
    {
        var result = await WorkerProgram.Run("export", WorkerProgram.SampleModel, "--calibration-data", WorkerProgram.SampleData, "--qdq",
            Target);
        Assert.Equal("", result.Error);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("in bytes", result.Out, StringComparison.Ordinal);
        Assert.Equal([Target], Directory.GetFiles(folder));
        Assert.Equal(OnnxModelReader.Read(WorkerProgram.SampleModel, DimensionBindings.None).Graph.Outputs[0].Name,
            OnnxModelReader.Read(Target, DimensionBindings.None).Graph.Outputs[0].Name);
    }

    [Fact]
    public void APlanForAnotherModelIsNone()
    {
        string lockFile = Path.Combine(folder, "other.lock.json");
        LockFile.Put(lockFile, new LockedPlan(new LockSubject(new string('a', 64), null, null, []) { ModelName = "other.onnx" }, "Output",
            "Projected", [], new LockedNumbers(0, 0, 0, 1, 1, 1, 1, "A CPU")), TestContext.Current.CancellationToken);
        var (exit, error) = Run("--plan", lockFile);
        Assert.Equal(WorkerExitCode.Error, exit);
        Assert.Contains("MXP1053", error, StringComparison.Ordinal);
        Assert.Contains("MXP1001", Run("--plan", lockFile + "x").Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Target));
    }

    [Fact]
    public void OnlyBytesHaveTheForm()
    {
        Assert.Contains("MXP1002", Run("--precision", "bf16").Error, StringComparison.Ordinal);
        Assert.Contains("MXP1002", Run("--precision", "nothing").Error, StringComparison.Ordinal);
        Assert.Equal(WorkerExitCode.Usage, Run("--precision", "i8", "--plan", "x").Exit);
        Assert.Equal(WorkerExitCode.Usage, Run("--plan-key", "x").Exit);
    }

    [Fact]
    public void AFolderInThePlaceOfTheFileIsFoundOutBeforeTheSamplesAreRead()
    {
        Directory.CreateDirectory(Target);
        Assert.Contains("MXP1041", Run().Error, StringComparison.Ordinal);
        Directory.Delete(Target);
        Assert.Equal(WorkerExitCode.Usage, RunTo(WorkerProgram.SampleModel).Exit);
        Assert.Contains("MXP1050", RunTo(Path.Combine(folder, "missing", "below", "out.onnx")).Error, StringComparison.Ordinal);
    }

    private (int Exit, string Error) Run(params string[] arguments) => RunTo(Target, arguments);

    private static (int Exit, string Error) RunTo(string target, params string[] arguments)
    {
        using var text = new StringWriter();
        using var error = new StringWriter();
        return (CommandLineProgram.Run(["export", WorkerProgram.SampleModel, "--calibration-data", "missing.npz", "--qdq", target,
            .. arguments], new(text, error), TestContext.Current.CancellationToken), error.ToString());
    }
}

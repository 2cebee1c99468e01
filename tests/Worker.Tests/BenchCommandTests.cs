using System.Text.Json;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Rewrites;
using MixPrec.Jobs;
using MixPrec.Worker.CommandLine;

namespace MixPrec.Worker.Tests;

/// <summary><c>mixprec bench</c> tells what there is to tell; how long anything takes is no matter of a test.</summary>
public sealed class BenchCommandTests
{
    [Fact]
    public void EveryStepIsListedWithItsKernel()
    {
        var (exit, text, error) = Run("--layers", "--precision", "i8", "--json");
        Assert.Equal("", error);
        Assert.Equal(WorkerExitCode.Done, exit);
        using var json = JsonDocument.Parse(text);
        var root = json.RootElement;

        var layers = GraphRewrites.Apply(OnnxModelReader.Read(WorkerProgram.SampleModel, DimensionBindings.None).Graph)
            .QuantizableNodes.ToArray();
        Assert.Equal(layers.Length, root.GetProperty("layers").GetInt32());
        Assert.Equal(layers.Length, root.GetProperty("layersNotInFp32").GetInt32());
        Assert.True(root.GetProperty("microseconds").GetDouble() > 0);
        var steps = root.GetProperty("steps").EnumerateArray().ToArray();
        Assert.Equal(1, steps.Sum(s => s.GetProperty("share").GetDouble()), 1e-6);
        Assert.Contains(steps, s => s.GetProperty("kernel").GetString()!.Contains("gemm_u8_s8_i32", StringComparison.Ordinal));
    }

    [Fact]
    public void ARunMayHaveThreads()
    {
        var (exit, text, error) = Run("--threads", "2", "--json");
        Assert.Equal("", error);
        Assert.Equal(WorkerExitCode.Done, exit);
        using var json = JsonDocument.Parse(text);
        Assert.Equal(2, json.RootElement.GetProperty("threads").GetInt32());
        Assert.Contains("2 threads", Run("--threads", "2").Out, StringComparison.Ordinal);
        Assert.Contains("one thread", Run().Out, StringComparison.Ordinal);
        foreach (string wrong in new[] { "0", "-1", "1025" })
        {
            Assert.Contains("MXP1002", Run("--threads", wrong).Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void APrecisionThatIsNoneIsRefused() =>
        Assert.Contains("MXP1002", Run("--precision", "i9").Error, StringComparison.Ordinal);

    private static (int Exit, string Out, string Error) Run(params string[] arguments)
    {
        using var text = new StringWriter();
        using var error = new StringWriter();
        return (CommandLineProgram.Run(["bench", WorkerProgram.SampleModel, .. arguments], new(text, error),
            TestContext.Current.CancellationToken), text.ToString(), error.ToString());
    }
}

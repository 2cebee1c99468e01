using System.Text.Json;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;

namespace MixPrec.Worker.Tests;

/// <summary><c>mixprec run</c> reads inputs as inputs: one run, in the shapes of the model.</summary>
public sealed class RunCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mixprec-run-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("f32")]
    [InlineData("i8")]
    public async Task OneInputIsEnough(string precision)
    {
        TensorWriter.Write(Path.Combine(folder, "input_0.pb"), "", Image(1));
        var result = await WorkerProgram.Run("run", WorkerProgram.SampleModel, "--inputs", folder, "--precision", precision);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("F32 [1, 10]", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnotherShapeIsAnErrorWithACode()
    {
        TensorWriter.Write(Path.Combine(folder, "input_0.pb"), "", Tensor.Of(new float[12], 3, 4));
        var result = await WorkerProgram.Run("run", WorkerProgram.SampleModel, "--inputs", folder);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("MXP1006", result.Error, StringComparison.Ordinal);
        Assert.Contains("[3,4]", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMissingInputIsAnErrorWithACode()
    {
        TensorWriter.Write(Path.Combine(folder, "input_7.pb"), "", Image(1));
        var result = await WorkerProgram.Run("run", WorkerProgram.SampleModel, "--inputs", folder);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("MXP1005", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OutputsAsJson()
    {
        TensorWriter.Write(Path.Combine(folder, "input_0.pb"), "", Image(1));
        var result = await WorkerProgram.Run("run", WorkerProgram.SampleModel, "--inputs", folder, "--json");
        using var json = JsonDocument.Parse(result.Out);
        var output = Assert.Single(json.RootElement.GetProperty("outputs").EnumerateArray());
        Assert.Equal("F32", output.GetProperty("type").GetString());
        Assert.Equal(10, output.GetProperty("values").GetArrayLength());
    }

    [Fact]
    public async Task AnOutputFolderThatIsAFileIsSaidBeforeTheRun()
    {
        TensorWriter.Write(Path.Combine(folder, "input_0.pb"), "", Image(1));
        var result = await WorkerProgram.Run("run", WorkerProgram.SampleModel, "--inputs", folder, "--output",
            Path.Combine(folder, "input_0.pb"));
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("MXP1040", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Out);
    }

    private static Tensor Image(int count)
    {
        var input = OnnxModelReader.Read(WorkerProgram.SampleModel, DimensionBindings.None).Graph.Inputs[0];
        long[] shape = [.. input.Shape.Select(d => d.IsConstant ? d.Value : count)];
        return Tensor.Of([.. Enumerable.Range(0, (int)Tensor.Count(shape)).Select(i => i % 7 / 7f)], shape);
    }
}

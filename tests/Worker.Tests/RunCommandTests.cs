using System.Text.Json;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Plan;
using MixPrec.Worker.CommandLine;

namespace MixPrec.Worker.Tests;

/// <summary><c>mixprec run</c> reads inputs as inputs: one run, in the shapes of the model.</summary>
public sealed class RunCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mixprec-run-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("f32")]
    [InlineData("i8")]
    public void OneInputIsEnough(string precision)
    {
        TensorWriter.Write(Path.Combine(folder, "input_0.pb"), "", Image(1));
        var result = WorkerProgram.RunHere("run", WorkerProgram.SampleModel, "--inputs", folder, "--precision", precision);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("F32 [1, 10]", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void AnotherShapeIsAnErrorWithACode()
    {
        TensorWriter.Write(Path.Combine(folder, "input_0.pb"), "", Tensor.Create(new float[12], 3, 4));
        var result = WorkerProgram.RunHere("run", WorkerProgram.SampleModel, "--inputs", folder);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("MXP1006", result.Error, StringComparison.Ordinal);
        Assert.Contains("[3,4]", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AMissingInputIsAnErrorWithACode()
    {
        TensorWriter.Write(Path.Combine(folder, "input_7.pb"), "", Image(1));
        var result = WorkerProgram.RunHere("run", WorkerProgram.SampleModel, "--inputs", folder);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("MXP1005", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void OutputsAsJson()
    {
        TensorWriter.Write(Path.Combine(folder, "input_0.pb"), "", Image(1));
        var result = WorkerProgram.RunHere("run", WorkerProgram.SampleModel, "--inputs", folder, "--json");
        using var json = JsonDocument.Parse(result.Out);
        var output = Assert.Single(json.RootElement.GetProperty("outputs").EnumerateArray());
        Assert.Equal("F32", output.GetProperty("type").GetString());
        Assert.Equal(10, output.GetProperty("values").GetArrayLength());
    }

    /// <summary>One is 1 in every type that has numbers, and true.</summary>
    [Fact]
    public void EveryElementTypeHasAForm()
    {
        using var model = new TinyModel(opset: 25).Input("x", 2);
        foreach (var type in Enum.GetValues<ElementType>())
        {
            model.Node($"y{type} = Cast x", TinyModel.Attribute("to", (long)type.ToCode())).Output($"y{type}");
        }

        TensorWriter.Write(Path.Combine(folder, "input_0.pb"), "", Tensor.Create([1f, 1f], 2));
        var one = Enum.GetValues<ElementType>().ToDictionary(type => type, type => type == ElementType.Bool ? "true" : "1");
        using var json = JsonDocument.Parse(TextOf(model.Save(), "--json"));
        Assert.Equal(
            one.Select(e => $$"""{"name":"y{{e.Key}}","type":"{{e.Key}}","shape":[2],"values":[{{e.Value}},{{e.Value}}]}"""),
            json.RootElement.GetProperty("outputs").EnumerateArray().Select(output => output.GetRawText()));
        Assert.Equal(string.Concat(one.Select(e => $"y{e.Key}: {e.Key} [2] {e.Value} {e.Value}\n")), TextOf(model.FilePath));
    }

    [Fact]
    public void NumbersThatAreNotFiniteAreStringsAndLargeIntegersKeepEveryDigit()
    {
        using var model = new TinyModel().Input("x", 5).Node("y = Identity x").Output("y").Integers("c", long.MaxValue)
            .Initializer("u", Tensor.Create<ulong>(ElementType.U64, [ulong.MaxValue], 1)).Node("i = Identity c").Output("i")
            .Node("l = Identity u").Output("l");
        TensorWriter.Write(Path.Combine(folder, "input_0.pb"), "",
            Tensor.Create([float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0.1f, -0f], 5));
        var result = WorkerProgram.RunHere("run", model.Save(), "--inputs", folder, "--json");
        using var json = JsonDocument.Parse(result.Out);
        Assert.Equal(["""["NaN","Infinity","-Infinity",0.1,-0]""", "[9223372036854775807]", "[18446744073709551615]"],
            json.RootElement.GetProperty("outputs").EnumerateArray().Select(o => o.GetProperty("values").GetRawText()));
    }

    [Fact]
    public void OutputsAreFilesInAFolderOfWhichOnlyTheLastPartIsMade()
    {
        TensorWriter.Write(Path.Combine(folder, "input_0.pb"), "", Image(1));
        string made = Path.Combine(folder, "made");
        var result = WorkerProgram.RunHere("run", WorkerProgram.SampleModel, "--inputs", folder, "--output", made);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(["output_0.pb"], Directory.GetFiles(made).Select(Path.GetFileName));

        RefusesOutput("MXP1042", Path.Combine(folder, "input_0.pb"));
        RefusesOutput("MXP1040", Path.Combine(folder, "input_0.pb", "below"));
        RefusesOutput("MXP1040", Path.Combine(folder, "mistyped", "deep"));
        Assert.False(Directory.Exists(Path.Combine(folder, "mistyped")));
    }

    [Fact]
    public void AFolderWithTheNameOfAnOutputIsSaid()
    {
        TensorWriter.Write(Path.Combine(folder, "input_0.pb"), "", Image(1));
        Directory.CreateDirectory(Path.Combine(folder, "out", "output_0.pb"));
        var result = WorkerProgram.RunHere("run", WorkerProgram.SampleModel, "--inputs", folder, "--output", Path.Combine(folder, "out"));
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("MXP1040", result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.Combine(folder, "out")));
    }

    private void RefusesOutput(string code, string path)
    {
        var result = WorkerProgram.RunHere("run", WorkerProgram.SampleModel, "--inputs", folder, "--output", path);
        Assert.Equal((2, ""), (result.ExitCode, result.Out));
        Assert.Contains($"error {code}: ", result.Error, StringComparison.Ordinal);
    }

    private string TextOf(string model, params string[] flags)
    {
        using var text = new StringWriter();
        using var error = new StringWriter();
        CommandLineProgram.Run(["run", model, "--inputs", folder, .. flags], new(text, error), TestContext.Current.CancellationToken);
        Assert.Empty(error.ToString());
        return text.ToString();
    }

    private static Tensor Image(int count)
    {
        var input = OnnxModelReader.Read(WorkerProgram.SampleModel, DimensionBindings.None).Graph.Inputs[0];
        long[] shape = [.. input.Shape.Select(d => d.IsConstant ? d.Value : count)];
        return Tensor.Create([.. Enumerable.Range(0, (int)Tensor.Count(shape)).Select(i => i % 7 / 7f)], shape);
    }
}

using System.Text.Json;
using Google.Protobuf;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Jobs;
using MixPrec.Worker.CommandLine;

namespace MixPrec.Worker.Tests;

/// <summary>What inspect accepts can be built, and what a build refuses inspect refuses.</summary>
public sealed class InspectCommandTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("mixprec-inspect");

    public void Dispose() => directory.Delete(recursive: true);

    /// <summary>The importer takes a convolution over any number of dimensions; kernels are there for three.</summary>
    [Theory]
    [InlineData(3, null)]
    [InlineData(4, "MXP3008")]
    public void WhatLoweringRefusesIsSaid(int dimensions, string? code)
    {
        var (exit, text, error) = Run(Convolution(dimensions));
        Assert.Equal(code is null ? WorkerExitCode.Done : WorkerExitCode.Error, exit);
        Assert.Contains("Conv", text, StringComparison.Ordinal);
        Assert.Equal(code is not null, error.Contains($"error {code}: ", StringComparison.Ordinal));
    }

    [Fact]
    public void WhatHasToHoldOfDimensionsIsListed()
    {
        using var json = JsonDocument.Parse(Run(WorkerProgram.SampleModel, "--json").Out);
        Assert.Equal(JsonValueKind.Array, json.RootElement.GetProperty("requirements").ValueKind);
    }

    [Theory]
    [InlineData(1e-40f, true)]
    [InlineData(1f, false)]
    public void SubnormalWeightsAreCounted(float weight, bool counted)
    {
        string model = Convolution(2, weight);
        using var json = JsonDocument.Parse(Run(model, "--json").Out);
        Assert.Equal(counted ? 4 : 0, json.RootElement.GetProperty("subnormalWeights").GetInt64());
        Assert.Equal(counted, Run(model).Out.Contains("Subnormal weights: 4 of the model are below", StringComparison.Ordinal));
    }

    /// <summary>Of every command that wants one: the system would say "access denied", or that it does not exist.</summary>
    [Theory]
    [InlineData("inspect")]
    [InlineData("plan")]
    [InlineData("lock")]
    [InlineData("run", "--inputs", ".")]
    [InlineData("build", "--job")]
    public void AFolderIsNoFile(string command, params string[] others)
    {
        string[] arguments = command == "build" ? [command, .. others, directory.FullName] : [command, directory.FullName, .. others];
        using var error = new StringWriter();
        int exit = CommandLineProgram.Run(arguments, new(TextWriter.Null, error), TestContext.Current.CancellationToken);
        Assert.Equal(WorkerExitCode.Error, exit);
        Assert.Contains("error MXP1041: ", error.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Of every command that writes one: a mistyped path is told before the model is read, and makes no folders.</summary>
    [Theory]
    [InlineData("MXP1040", "plan", "--output")]
    [InlineData("MXP1040", "run", "--inputs", "in.npz", "--output")]
    [InlineData("MXP1021", "plan", "--calibration-data", "data", "--lock-file")]
    [InlineData("MXP1050", "export", "--calibration-data", "data", "--qdq")]
    public void FoldersAboveTheLastOneAreNotMade(string code, string command, params string[] others)
    {
        string path = Path.Combine(directory.FullName, "mistyped", "deep", "out");
        string[] options = [.. others.Select(word => word == "data" ? WorkerProgram.SampleData : word)];
        using var error = new StringWriter();
        int exit = CommandLineProgram.Run([command, WorkerProgram.SampleModel, .. options, path], new(TextWriter.Null, error),
            TestContext.Current.CancellationToken);
        Assert.Equal(WorkerExitCode.Error, exit);
        Assert.Contains($"error {code}: ", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("only the last folder of the path is made", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(directory.GetDirectories());
    }

    private string Convolution(int dimensions, float weight = 1)
    {
        long[] shape = [1, 1, .. Enumerable.Repeat(2L, dimensions)];
        var graph = new GraphProto { Name = "g" };
        graph.Node.Add(new NodeProto { OpType = "Conv", Name = "node", Input = { "x", "w" }, Output = { "y" } });
        graph.Initializer.Add(new TensorProto { Name = "w", DataType = 1, Dims = { shape },
            FloatData = { Enumerable.Repeat(weight, 1 << dimensions) } });
        graph.Input.Add(Port("x", shape));
        graph.Output.Add(Port("y", [1, 1, .. Enumerable.Repeat(1L, dimensions)]));
        var model = new ModelProto { IrVersion = 8, Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 17 });
        string path = Path.Combine(directory.FullName, "model.onnx");
        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }

    private static ValueInfoProto Port(string name, long[] sizes)
    {
        var shape = new TensorShapeProto();
        shape.Dim.AddRange(sizes.Select(size => new DimensionProto { DimValue = size }));
        return new ValueInfoProto { Name = name,
            Type = new TypeProto { TensorType = new TensorTypeProto { ElemType = 1, Shape = shape } } };
    }

    private static (int Exit, string Out, string Error) Run(params string[] arguments)
    {
        using var text = new StringWriter();
        using var error = new StringWriter();
        return (CommandLineProgram.Run(["inspect", .. arguments], new(text, error), TestContext.Current.CancellationToken), text.ToString(),
            error.ToString());
    }
}

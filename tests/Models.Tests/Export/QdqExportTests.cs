using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Export;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Formats.Packing;
using MixPrec.Compiler.Formats.Storage;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Plan;
using Xunit;
using Tensor = MixPrec.Compiler.Graphs.Tensor;

namespace MixPrec.Models.Tests.Export;

/// <summary>Exported models: what ONNX Runtime makes of them, and that they hold the very integers of a build.</summary>
public sealed class QdqExportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mixprec-export-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void OnnxRuntimeRunsAResidualNetworkInIntegers()
    {
        using var model = ResidualNetwork(13);
        var (path, _) = Export(model.Save(), Images(4));
        string[] operators = [.. Optimized(path).Graph.Node.Select(n => n.OpType)];
        Assert.Equal(3, operators.Count(o => o == "QLinearConv"));
        Assert.Contains("QLinearAdd", operators);
        Assert.Contains("QLinearConcat", operators);
        Assert.Contains("QGemm", operators);
        Assert.Contains("QLinearGlobalAveragePool", operators);

        // Bytes at the input, floats at the output, and nothing in between.
        Assert.Equal(1, operators.Count(o => o == "QuantizeLinear"));
        Assert.DoesNotContain("Relu", operators);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(9)]
    [InlineData(11)]
    [InlineData(17)]
    public void EveryOpsetAgreesWithItsOwnImport(int opset)
    {
        using var model = ResidualNetwork(opset);
        var (path, _) = Export(model.Save(), Images(4));
        AgreesWithItsOwnImport(path, [Images(1)[0]]);
    }

    [Theory]
    [InlineData("fashion-mnist-cnn")]
    [InlineData("fashion-mnist-mlp3-relu")]
    [InlineData("resnet20-cifar10")]
    [InlineData("squeezenet1.1")]
    public void TrainedNetworksAgreeWithTheirOwnImport(string name)
    {
        string folder = Path.Combine(SharedMaterial.Models, name);
        SharedMaterial.SkipWhenAbsent(folder);
        var sets = OnnxTestCase.ReadSets(folder);
        var (path, exported) = Export(OnnxTestCase.ModelPath(folder), [sets[0].Inputs[0]]);
        Assert.Empty(exported.Left);
        AgreesWithItsOwnImport(path, sets[0].Inputs);
    }

    /// <summary>Scales, zero points and bytes are those of the candidate i8 of the model that was exported.</summary>
    [Fact]
    public void TheIntegersAreThoseOfABuild()
    {
        using var model = ResidualNetwork(13);
        var samples = Images(4);
        var (path, exported) = Export(model.Save(), samples);
        var graph = GraphRewrites.Apply(model.Graph());
        var ranges = RangeCalibration.Collect(ActivationRanges.MinMax, new TorchExecutor(graph), graph, samples.Select(s => new[] { s }));
        var tensors = exported.Proto.Graph.Initializer.ToDictionary(i => i.Name, i => i);
        var producers = exported.Proto.Graph.Node.SelectMany(n => n.Output.Select(o => (o, n))).ToDictionary(p => p.o, p => p.n);
        int compared = 0;
        foreach (var layer in graph.QuantizableNodes)
        {
            var node = exported.Proto.Graph.Node.Single(n => n.Name == layer.Name);
            var parameters = ranges.Parameters(layer, ActivationFormat.U8)!.Value;
            var activations = producers[node.Input[0]];
            Assert.Equal(parameters.Scale, BitConverter.ToSingle(tensors[activations.Input[1]].RawData.Span));
            Assert.Equal(parameters.ZeroPoint, tensors[activations.Input[2]].RawData[0]);

            var weights = new Int8Weights(WeightMatrix.FromNode(layer)[0]);
            var expected = new float[layer.Input(1).Constant!.Length];
            weights.Decode(expected);
            var dequantize = producers[node.Input[1]];
            var bytes = tensors[dequantize.Input[0]].RawData;
            for (int i = 0; i < expected.Length; i++)
            {
                int channels = weights.Matrix.Columns;
                int channel = layer.Op is Compiler.Graphs.Ops.Conv ? i / (expected.Length / channels) : i % channels;
                Assert.Equal(expected[i], (sbyte)bytes[i] * weights.Scales[channel]);
            }

            compared++;
        }

        Assert.Equal(4, compared);
    }

    [Fact]
    public void DepthwiseConvolutionsAreBytesAsWell()
    {
        using var model = new TinyModel().Input("x", 1, 3, 8, 8).Output("y")
            .Initializer("w", EmittedModel.Random(new Random(1), 3, 1, 3, 3)).Initializer("v", EmittedModel.Random(new Random(2), 4, 3, 1, 1))
            .Node("a = Conv x w", TinyModel.Attribute("group", 3)).Node("b = Relu a").Node("y = Conv b v");
        var (path, exported) = Export(model.Save(), Images(2));
        Assert.Equal(2, exported.Layers.Count);
        Assert.Equal(2, Optimized(path).Graph.Node.Count(n => n.OpType == "QLinearConv"));
        AgreesWithItsOwnImport(path, [Images(1)[0]]);
    }

    [Fact]
    public void ProductsOfActivationsHaveASignedRightHandSide()
    {
        var random = new Random(3);
        using var model = new TinyModel().Input("x", 1, 6, 16).Output("y")
            .Initializer("q", EmittedModel.Random(random, 16, 16)).Initializer("k", EmittedModel.Random(random, 16, 16))
            .Initializer("b", EmittedModel.Random(random, 16))
            .Node("a = MatMul x q").Node("a1 = Add a b").Node("c = MatMul x k")
            .Node("t = Transpose c", TinyModel.Attribute("perm", 0, 2, 1)).Node("s = MatMul a1 t").Node("y = Softmax s");
        var sample = EmittedModel.Random(random, 1, 6, 16);
        var (path, exported) = Export(model.Save(), [sample]);
        Assert.Equal(3, exported.Layers.Count);
        using var original = new OnnxRuntimeReference(model.FilePath);
        using var quantized = new OnnxRuntimeReference(path);
        var (expected, actual) = (original.Run([sample])[0]!, quantized.Run([sample])[0]!);
        Assert.All(expected.Zip(actual), p => Assert.Equal(p.First, p.Second, 0.05));
        Assert.NotEqual(expected, actual);
    }

    [Fact]
    public void OnlyTheLayersThatAreWanted()
    {
        using var model = ResidualNetwork(13);
        string path = model.Save();
        var exported = Exporter(path, Images(2)).Export(n => n.Name == "Conv_d", CancellationToken.None);
        Assert.Equal(["Conv_d"], exported.Layers);
        Assert.Equal(1, exported.Proto.Graph.Node.Count(n => n.OpType == "DequantizeLinear" && n.Output[0] == "Conv_d/weights"));
        Assert.Contains(exported.Proto.Graph.Initializer, i => i.Name == "w1");
    }

    [Fact]
    public void AQuantizedModelIsRefused()
    {
        using var model = ResidualNetwork(13);
        var (path, _) = Export(model.Save(), Images(2));
        Assert.Equal("MXP1054", Assert.Throws<MixPrecException>(() => Exporter(path, Images(2))).Description.Id);
    }

    [Fact]
    public void AModelWithoutLayersIsRefused()
    {
        using var model = new TinyModel().Input("x", 1, 3, 8, 8).Output("y").Node("y = Relu x");
        var exporter = Exporter(model.Save(), Images(1));
        Assert.Equal("MXP1051", Assert.Throws<MixPrecException>(() => exporter.Export(_ => true, CancellationToken.None)).Description.Id);
    }

    [Fact]
    public void AnOperatorWithoutANewerFormIsRefused()
    {
        using var model = new TinyModel(9).Input("x", 1, 3, 8, 8).Output("y").Initializer("w", EmittedModel.Random(new Random(1), 4, 3, 1, 1))
            .Node("a = Conv x w").Node("y = Softmax a");
        var exporter = Exporter(model.Save(), Images(1));
        var refusal = Assert.Throws<MixPrecException>(() => exporter.Export(_ => true, CancellationToken.None));
        Assert.Equal("MXP1052", refusal.Description.Id);
        Assert.Contains("Softmax", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// Our own integers on the exported model against ONNX Runtime's emulation of them in floats: the same but where a quotient lies
    /// between two steps.
    /// </summary>
    private static void AgreesWithItsOwnImport(string path, IReadOnlyList<Tensor> inputs)
    {
        var graph = GraphRewrites.Apply(OnnxModelReader.Read(path, DimensionBindings.None).Graph);
        var pins = graph.QuantizableNodes.ToDictionary(n => n.Name, n => Candidates.FromModel(n) ?? PrecisionConfig.F32);
        Assert.Contains(PrecisionConfig.I8, pins.Values);
        using var emitted = CompiledModel.Compile(Lowerer.Lower(graph, new PrecisionAssignment(pins), RangeTable.Empty,
            new LoweringOptions("Exported")));
        var actual = emitted.Run(inputs)[0].Span<float>().ToArray();
        using var reference = new OnnxRuntimeReference(path);
        float[] expected = reference.Run(inputs)[0]!;
        double step = (double)(expected.Max() - expected.Min()) / 255;
        double worst = expected.Zip(actual, (e, a) => Math.Abs((double)e - a)).Max();
        Assert.True(worst <= step, $"off by {worst:G4}, {worst / step:F2} steps of the output");
    }

    private (string Path, ExportedModel Model) Export(string model, IReadOnlyList<Tensor> samples)
    {
        var exported = Exporter(model, samples).Export(_ => true, CancellationToken.None);
        string path = Path.Combine(_folder, "exported.onnx");
        ExportedFile.Write(path, exported.Proto);
        Assert.Single(Directory.GetFiles(_folder));
        return (path, exported);
    }

    private static QdqExport Exporter(string model, IReadOnlyList<Tensor> samples)
    {
        var graph = QdqExport.Prepare(OnnxModelReader.Read(model, DimensionBindings.None).Graph);
        var joined = samples.SelectMany(s => s.Span<float>().ToArray()).ToArray();
        long count = samples.Count * samples[0].Shape[0];
        var set = new SampleSet(new Dictionary<string, Tensor> { [graph.Inputs[0].Name] =
            Tensor.Create(joined, [count, .. samples[0].Shape.Skip(1)]) }, null, null, (int)count);
        return new QdqExport(model, graph, set, null);
    }

    /// <summary>What ONNX Runtime makes of a model.</summary>
    private ModelProto Optimized(string path)
    {
        string optimized = Path.Combine(_folder, "optimized.onnx");
        using var options = new SessionOptions { OptimizedModelFilePath = optimized,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_EXTENDED,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        new InferenceSession(path, options).Dispose();
        return ModelProto.Parser.ParseFrom(File.ReadAllBytes(optimized));
    }

    private static IReadOnlyList<Tensor> Images(int count)
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, count).Select(_ => EmittedModel.Random(random, 1, 3, 8, 8))];
    }

    /// <summary>Convolutions with batch normalization, a pooling, a residual addition, a concatenation and a classifier.</summary>
    private static TinyModel ResidualNetwork(int opset)
    {
        var random = new Random(7);
        Tensor Positive(int count) => Tensor.Create([.. Enumerable.Range(0, count).Select(_ => 0.5f + random.NextSingle())], count);
        var model = new TinyModel(opset).Input("x", 1, 3, 8, 8).Output("y")
            .Initializer("w1", EmittedModel.Random(random, 8, 3, 3, 3)).Initializer("b1", EmittedModel.Random(random, 8))
            .Initializer("w2", EmittedModel.Random(random, 8, 8, 3, 3)).Initializer("w3", EmittedModel.Random(random, 8, 8, 1, 1))
            .Initializer("w4", EmittedModel.Random(random, 16, 5)).Initializer("b4", EmittedModel.Random(random, 5))
            .Initializer("s", Positive(8)).Initializer("t", EmittedModel.Random(random, 8)).Initializer("m", EmittedModel.Random(random, 8))
            .Initializer("v", Positive(8))
            .Node("a = Conv x w1 b1", TinyModel.Attribute("pads", 1, 1, 1, 1)).Node("b = Relu a")
            .Node("c = MaxPool b", TinyModel.Attribute("kernel_shape", 2, 2), TinyModel.Attribute("strides", 2, 2))
            .Node("d = Conv c w2", TinyModel.Attribute("pads", 1, 1, 1, 1)).Node("e = BatchNormalization d s t m v")
            .Node("f = Add e c").Node("g = Relu f").Node("h = Conv g w3");
        model = opset < 11 ? model.Node("i = Clip h", TinyModel.Attribute("min", 0f), TinyModel.Attribute("max", 6f))
            : model.Initializer("low", Tensor.Create([0f])).Initializer("high", Tensor.Create([6f])).Node("i = Clip h low high");
        return model.Node("j = Concat g i", TinyModel.Attribute("axis", 1)).Node("k = GlobalAveragePool j").Node("l = Flatten k")
            .Node("y = Gemm l w4 b4");
    }
}

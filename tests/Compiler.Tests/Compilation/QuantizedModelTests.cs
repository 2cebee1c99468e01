using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Emit;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Compilation;

/// <summary>Models that were quantized before they came keep the precisions and the integers that they have.</summary>
public sealed class QuantizedModelTests
{
    /// <summary>
    /// Powers of two: products and sums are exact in integers, in single and in double precision, so all three agree in every bit.
    /// </summary>
    [Fact]
    public void IntegersAreThoseOfTheModelWithoutCalibration()
    {
        using var net = new QuantizedNetwork();
        var result = Build(net.Options);
        Assert.Equal(["i8", "i8"], Precisions(result));
        Assert.Null(result.Lock);
        Assert.All(QuantizedNetwork.Layers, layer =>
            Assert.Contains("the model's", result.Report.Layers.Single(l => l.Name == layer).Reason, StringComparison.Ordinal));
        Assert.Equal(["Quantize.Run", "Gemm.U8S8", "Gemm.U8S8"], result.Plan!.Steps.Select(s => s.Method));

        float[] x = net.Samples(new Random(5), 64);
        double[] expected = net.Outputs(x).Values;
        Assert.Equal(expected, Run(net, result, x).Select(y => (double)y));
        Assert.Equal(expected, Run(net, Build(net.Options with { KeepFloat = ["*"] }), x).Select(y => (double)y));
    }

    /// <summary>
    /// Any scales: one rounding of the last sum's factor, one of its product. The codes of the hidden layer may differ by one where
    /// rounding decides, which a seed without ties leaves out.
    /// </summary>
    [Fact]
    public void OtherScalesDifferByRoundingOnly()
    {
        using var net = new QuantizedNetwork(0.0371f, 0.0917f, 0.0123f);
        float[] x = net.Samples(new Random(6), 64);
        var (expected, magnitude) = net.Outputs(x);
        float[] actual = Run(net, Build(net.Options), x);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 4 * Math.Pow(2, -24) * magnitude));
    }

    [Fact]
    public void UsersDecideOtherwise()
    {
        using var net = new QuantizedNetwork();
        Assert.Equal("MXP1004", Assert.Throws<MixPrecException>(() =>
            Build(net.Options with { Pin = [new("Gemm_a", PrecisionConfig.I8A7)] })).Description.Id);
        Assert.Equal(["f32", "i8"], Precisions(Build(net.Options with { KeepFloat = ["Gemm_a"] })));
        Assert.Equal(["i8a7", "i8"],
            Precisions(Build(net.Options with { Pin = [new("Gemm_a", PrecisionConfig.I8A7)],
            CalibrationData = net.WriteSamples(new Random(8), 100), ErrorBudget = 1 })));
    }

    [Fact]
    public void LockedAndReplayedLikeAnyOther()
    {
        using var net = new QuantizedNetwork();
        var planned = Build(net.Options with { CalibrationData = net.WriteSamples(new Random(8), 100) }, out byte[] weights);
        Assert.Equal(["i8", "i8"], LockFile.Read(net.LockFile).Plans[0].Layers.Select(l => l.Precision.Id));
        Assert.Equal(new ActivationRange(-100 * 0.0625f, 155 * 0.0625f), LockFile.Read(net.LockFile).Plans[0].Layers[0].Range);
        var replayed = Build(net.Options with { Mode = BuildMode.Locked }, out byte[] again);
        Assert.Equal(weights, again);
        Assert.Equal(ModelEmitter.Emit(planned.Plan!), ModelEmitter.Emit(replayed.Plan!));
        Build(net.Options with { LockFile = net.LockFile + ".none" }, out byte[] unmeasured);
        Assert.Equal(weights, unmeasured);
    }

    /// <summary>
    /// A convolution of signed codes, against the fp32 emulation of the same model: powers of two, so that both are exact.
    /// </summary>
    [Fact]
    public void ConvolutionsOfSignedCodesAgreeWithTheEmulation()
    {
        using var model = Convolutions(groups: 1);
        var graph = GraphRewrites.Apply(model.Graph());
        Assert.All(graph.QuantizableNodes, n => Assert.Equal(PrecisionConfig.I8, Candidates.FromModel(n)));
        var x = EmittedModel.Random(new Random(11), 2, 3, 6, 5);
        var integers = Run(graph, PrecisionAssignment.Uniform(graph, PrecisionConfig.I8), x);
        Assert.Equal(Run(graph, PrecisionAssignment.AllFloat, x), integers);
        Assert.True(integers.Distinct().Count() > 50);
    }

    /// <summary>
    /// The standard lets a bias have a scale of its own. ONNX Runtime 1.31.1 drops it where it fuses such a Gemm
    /// (findings/onnxruntime-qdq-gemm-drops-bias-scale.sh), so that the truth here is arithmetic: powers of two, exact in integers and
    /// floats.
    /// </summary>
    [Fact]
    public void BiasesKeepTheirOwnScale()
    {
        using var model = new TinyModel().Input("x", 1, 2).Initializer("s", Tensor.Create([0.5f]))
            .Initializer("z", Tensor.Create<byte>(ElementType.U8, [7]))
            .Initializer("w", Tensor.Create<sbyte>(ElementType.I8, [3, -5, 7, 2], 2, 2)).Initializer("sw", Tensor.Create([0.25f]))
            .Initializer("b", Tensor.Create<int>(ElementType.I32, [10, -20], 2)).Initializer("sb", Tensor.Create([1f]))
            .Node("xq = QuantizeLinear x s z").Node("xd = DequantizeLinear xq s z").Node("wd = DequantizeLinear w sw")
                .Node("bd = DequantizeLinear b sb")
            .Node("y = Gemm xd wd bd", TinyModel.Attribute("transB", 1L)).Output("y");
        var graph = GraphRewrites.Apply(model.Graph());
        Assert.Equal([PrecisionConfig.I8], graph.QuantizableNodes.Select(Candidates.FromModel));
        var x = Tensor.Create([1.5f, 2f], 1, 2);
        float[] expected = [(1.5f * 0.75f) + (2 * -1.25f) + 10, (1.5f * 1.75f) + (2 * 0.5f) - 20];
        Assert.Equal(expected, Run(graph, PrecisionAssignment.AllFloat, x));
        Assert.Equal(expected, Run(graph, PrecisionAssignment.Uniform(graph, PrecisionConfig.I8), x));
    }

    [Theory]
    [InlineData("groups")]
    [InlineData("zero point of weights")]
    [InlineData("code -128")]
    [InlineData("another grid")]
    public void FormsThatDoNotFitStayEmulated(string form)
    {
        using var model = form == "groups" ? Convolutions(groups: 2) : Products(form);
        var layer = GraphRewrites.Apply(model.Graph()).QuantizableNodes.Last();
        Assert.Null(Candidates.FromModel(layer));
    }

    private static TinyModel Convolutions(int groups)
    {
        var random = new Random(2);
        sbyte[] Weights(int count) => [.. Enumerable.Range(0, count).Select(_ => (sbyte)random.Next(-90, 91))];
        return new TinyModel().Input("x", "n", 3, 6, 5).Initializer("s", Tensor.Create([0.0078125f]))
            .Initializer("z", Tensor.Create<sbyte>(ElementType.I8, [-3]))
            .Initializer("w0", Tensor.Create<sbyte>(ElementType.I8, Weights(4 * 3 * 9), 4, 3, 3, 3))
                .Initializer("t0", Tensor.Create([0.0625f, 0.03125f, 0.0625f, 0.125f], 4))
                .Initializer("zs", Tensor.Create<sbyte>(ElementType.I8, [0, 0, 0, 0], 4))
            .Initializer("s1", Tensor.Create([0.25f])).Initializer("w1",
                Tensor.Create<sbyte>(ElementType.I8, Weights(6 * 4 / groups), 6, 4 / groups, 1, 1)).Initializer("t1", Tensor.Create([0.03125f]))
            .Node("xq = QuantizeLinear x s z").Node("xd = DequantizeLinear xq s z")
                .Node("w0d = DequantizeLinear w0 t0 zs", TinyModel.Attribute("axis", 0L))
            .Node("a = Conv xd w0d", TinyModel.Attribute("pads", 1L, 1L, 1L, 1L))
            .Node("aq = QuantizeLinear a s1 z").Node("ad = DequantizeLinear aq s1 z").Node("w1d = DequantizeLinear w1 t1")
                .Node("y = Conv ad w1d", TinyModel.Attribute("group", (long)groups)).Output("y");
    }

    private static TinyModel Products(string form) => new TinyModel().Input("x", 2, 4).Initializer("s", Tensor.Create([0.5f]))
        .Initializer("other", Tensor.Create([0.25f]))
        .Initializer("z", Tensor.Create<byte>(ElementType.U8, [7])).Initializer("w",
            Tensor.Create<sbyte>(ElementType.I8, [form == "code -128" ? sbyte.MinValue : (sbyte)-5, 1, 2, 3], 4, 1))
        .Initializer("zw", Tensor.Create<sbyte>(ElementType.I8, [form == "zero point of weights" ? (sbyte)1 : (sbyte)0]))
        .Node("xq = QuantizeLinear x s z").Node($"xd = DequantizeLinear xq {(form == "another grid" ? "other" : "s")} z")
            .Node("wd = DequantizeLinear w s zw").Node("y = MatMul xd wd").Output("y");

    /// <summary>The plan's precisions once more, as a class compiled in memory that has the steps of the plan.</summary>
    private static float[] Run(QuantizedNetwork net, CompilationResult result, float[] x)
    {
        var graph = GraphRewrites.Apply(OnnxModelReader.Read(net.Path, DimensionBindings.None).Graph);
        var precisions = new PrecisionAssignment(result.Plan!.Info.Layers.ToDictionary(l => l.Name, l =>
            PrecisionConfig.Find(l.Precision)!));
        using var model = CompiledModel.Compile(Lowerer.Lower(graph, precisions, RangeTable.Empty, new LoweringOptions("Net")));
        Assert.Equal(result.Plan.Steps, model.Plan.Steps);
        return model.Run([Tensor.Create(x, x.Length / QuantizedNetwork.Inputs, QuantizedNetwork.Inputs)])[0].Span<float>().ToArray();
    }

    private static float[] Run(Graph graph, PrecisionAssignment precisions, Tensor x)
    {
        using var model = CompiledModel.Compile(Lowerer.Lower(graph, precisions, RangeTable.Empty, new LoweringOptions("Net")));
        return model.Run([x])[0].Span<float>().ToArray();
    }

    private static IEnumerable<string> Precisions(CompilationResult result) => result.Plan!.Info.Layers.Select(l => l.Precision);

    private static CompilationResult Build(CompilerOptions options) => Build(options, out _);

    private static CompilationResult Build(CompilerOptions options, out byte[] weights)
    {
        var file = new MemoryStream();
        var result = ModelCompiler.Build(options, () => file, Stages.Unheard, TestContext.Current.CancellationToken);
        weights = file.ToArray();
        return result;
    }
}

using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.ErrorReduction;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Options;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.ErrorReduction;

/// <summary>
/// Networks of which some channels may be scaled and others not: with any factors that are allowed the class in fp32 computes what it did,
/// and every fourth factor changes no bit of a chain of layers.
/// </summary>
public sealed class ChannelScalingTests
{
    private readonly Random _random = new(11);
    private readonly GraphBuilder _builder = new();

    public static TheoryData<string, string> Networks => new()
    {
        { "chain", "second" }, { "residual", "second" }, { "concat", "third" }, { "depthwise", "second third" },
        { "pooled", "second" }, { "flattened", "second" }, { "normalized", "first" }, { "attention", "scores o" },
        { "heads", "scores o" }, { "gelu", "" }, { "returned", "" }, { "clipped", "" }, { "sliced", "second third" },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void ScaledNetworksComputeTheSame(string name, string expected)
    {
        var graph = Build(name);
        var exponents = Exponents(graph, () => (sbyte)_random.Next(-12, 13));
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(), exponents.Keys.Order());
        var scaled = ChannelScaling.Apply(graph, exponents)!;
        Assert.Equal(graph.Nodes.Select(n => n.Name), scaled.Nodes.Select(n => n.Name));
        var (exact, own) = (Run(graph), Run(scaled));
        float largest = exact.Max(MathF.Abs);
        Assert.True(largest > 0);
        Assert.All(exact.Zip(own), p => Assert.Equal(p.First, p.Second, 1e-5f * largest));
        if (expected.Length > 0)
        {
            Assert.Contains(scaled.QuantizableNodes, n => n.HasConstantWeights()
                && !n.Input(1).Constant!.Span<float>().SequenceEqual(graph.QuantizableNodes.Single(o => o.Name == n.Name)
                    .Input(1).Constant!.Span<float>()));
        }
    }

    [Theory]
    [InlineData("chain")]
    [InlineData("residual")]
    [InlineData("depthwise")]
    public void WholeOctavesChangeNoBit(string name)
    {
        var graph = Build(name);
        var scaled = ChannelScaling.Apply(graph, Exponents(graph, () => (sbyte)(4 * _random.Next(-5, 6))))!;
        Assert.Equal(Run(graph), Run(scaled));
    }

    [Theory]
    [InlineData("gelu", "second", 8)]
    [InlineData("chain", "second", 7)]
    [InlineData("chain", "first", 3)]
    [InlineData("chain", "none", 8)]
    public void FactorsThatWouldChangeTheResultAreRefused(string name, string layer, int count) =>
        Assert.Null(ChannelScaling.Apply(Build(name), new Dictionary<string, ChannelExponents>
        {
            [layer] = new([.. Enumerable.Repeat((sbyte)4, count)]),
        }));

    [Fact]
    public void LayersThatContradictEachOtherAreRefused() => Assert.Null(ChannelScaling.Apply(Build("residual"),
        new Dictionary<string, ChannelExponents>
        {
            ["second"] = new([4, 0, 0, 0, 0, 0, 0, 0]), ["third"] = new([8, 0, 0, 0, 0, 0, 0, 0]),
        }));

    /// <summary>Channels of one value a thousand times as large as others: one range for all leaves these no digits.</summary>
    [Theory]
    [InlineData("chain")]
    [InlineData("attention")]
    public void TheErrorFallsWhereChannelsDiffer(string name)
    {
        var graph = Build(name);
        var uneven = ChannelScaling.Apply(graph, Exponents(graph, () => (sbyte)_random.Next(-20, 21)))!;
        var (executor, batches) = (new TorchExecutor(uneven), Batches(uneven));
        var found = new Equalizer(executor, uneven, batches, LossKind.Output, Candidates.ForNode, null, default).Find();
        Assert.NotEmpty(found);
        double before = Error(uneven, graph), after = Error(ChannelScaling.Apply(uneven, found)!, graph);
        Assert.True(after < before / 2, $"{before} became {after}");
        Assert.Equal(found.Select(f => (f.Key, f.Value)), new Equalizer(executor, uneven, batches, LossKind.Output, Candidates.ForNode,
            null, default).Find().Select(f => (f.Key, f.Value)));
    }

    /// <summary>The mean error of a product of activations goes into the bias of the layer that reads it.</summary>
    [Theory]
    [InlineData("attention")]
    [InlineData("heads")]
    public void MeanErrorsOfProductsVanishBehindTheNextLayer(string name)
    {
        var graph = Build(name);
        var product = CorrectedProduct.FindAll(graph).Single();
        Assert.Equal("mix", product.Key);
        double[] added = [.. Enumerable.Range(0, 8).Select(i => 0.5 + (0.25 * i))];
        var plain = RangeCalibration.Collect(ActivationRanges.MinMax, new TorchExecutor(graph), graph,
            Batches(graph).Select(b => b.Inputs));
        var corrected = plain with
        {
            BiasCorrections = new Dictionary<string, BiasCorrection>
            {
                ["mix"] = BiasCorrection.FromMeanErrors(added.Select(a => -a), product.Value.Channels.Shape),
            },
        };
        var only = new PrecisionAssignment(new Dictionary<string, PrecisionConfig> { ["mix"] = PrecisionConfig.I8 });
        float[] before = Run(graph, only, plain), after = Run(graph, only, corrected);
        float[] w = graph.QuantizableNodes.Single(n => n.Name == "o").Input(1).Constant!.Span<float>().ToArray();

        // Heads lie beside each other in what the layer reads: the channel of an element is its place there.
        for (int i = 0; i < before.Length; i++)
        {
            double expected = Enumerable.Range(0, 8).Sum(k => added[k] * w[(k * 8) + (i % 8)]);
            Assert.Equal(expected, after[i] - before[i], 1e-4);
        }

        Assert.Equal(Run(graph, PrecisionAssignment.AllFloat, plain), Run(graph, PrecisionAssignment.AllFloat, corrected));
    }

    private static Dictionary<string, ChannelExponents> Exponents(Graph graph, Func<sbyte> next)
    {
        var analysis = new ChannelAnalysis(graph);
        var layers = graph.QuantizableNodes.ToArray();
        int[] classes = [.. layers.SelectMany(l => analysis.Of(l.Input(0)).Literals).Select(l => analysis.Find(l) & ~1).Distinct()
            .Where(l => l != ScaleVariables.One)];
        return ChannelScaling.Describe(analysis, layers, classes.ToDictionary(c => c, _ => next())).ToDictionary();
    }

    private static SampleSet Samples(Graph graph)
    {
        var random = new Random(3);
        long[] shape = [16, .. graph.Inputs[0].Shape.Skip(1).Select(d => d.Value)];
        float[] x = [.. Enumerable.Range(0, (int)Tensor.Count(shape)).Select(_ => (float)(random.NextDouble() - 0.3))];
        return new(new Dictionary<string, Tensor> { ["x"] = Tensor.Create(x, shape) }, null, null, 16);
    }

    private static Batch[] Batches(Graph graph) => [.. Batch.Split(graph, Samples(graph), 8)];

    private static float[] Run(Graph graph, PrecisionAssignment? precisions = null, RangeTable? ranges = null)
    {
        using var model = CompiledModel.Compile(Lowerer.Lower(graph, precisions ?? PrecisionAssignment.AllFloat,
            ranges ?? RangeTable.Empty, new LoweringOptions("Net")));
        return [.. Batches(graph).SelectMany(b => model.Run(b.Inputs)[0].Span<float>().ToArray())];
    }

    private static double Error(Graph graph, Graph exact)
    {
        var ranges = RangeCalibration.Collect(
            ActivationRanges.MinMax, new TorchExecutor(graph), graph, Batches(graph).Select(b => b.Inputs));
        return Run(exact).Zip(Run(graph, Candidates.AsFarAsOffered(graph, PrecisionConfig.I8), ranges))
            .Average(p => Math.Pow((double)p.First - p.Second, 2));
    }

    private Graph Build(string name)
    {
        bool isSequence = name is "attention" or "heads" or "normalized" or "gelu" or "windowed" or "spectrum";
        var x = _builder.AddInput("x", new TensorType(ElementType.F32,
            isSequence ? [IntExpr.Symbol("batch"), 5, 8] : [IntExpr.Symbol("batch"), 3, 6, 6]));
        return _builder.Build([Output(name, x)], [new SymbolicDimension("batch", "batch")]);
    }

    private Value Output(string name, Value x)
    {
        var relu = new UnaryFunction(UnaryKind.Relu);
        switch (name)
        {
            case "chain":
                return Conv("second", Conv("first", x, 8, 3, relu), 4, 8);
            case "residual":
                var stem = Conv("first", x, 8, 3, relu);
                var sum = _builder.Add("sum", new Binary(BinaryKind.Add), stem, Conv("second", stem, 8, 8));
                return Conv("third", _builder.Add("relu", new Unary(relu), sum), 4, 8);
            case "concat":
                return Conv("third", _builder.Add("joined", new Concat(1), Conv("first", x, 5, 3, relu), Conv("second", x, 3, 3)), 4, 8);
            case "depthwise":
                return Conv("third", Conv("second", Conv("first", x, 8, 3, relu), 8, 1, relu, groups: 8), 4, 8);
            case "pooled":
                return Conv("second", _builder.Add("pool", new Pool(PoolKind.Max, [2, 2], [2, 2], [0, 0], [0, 0], [1, 1], false, false),
                    Conv("first", x, 8, 3, relu)), 4, 8);
            case "flattened":
                return Product("second", _builder.Add("flat", new Reshape([x.Shape[0], 8 * 36]), Conv("first", x, 8, 3, relu)), 288, 4);
            case "sliced":
                var whole = Conv("first", x, 8, 3, relu);
                Value Part(int start) => _builder.Add($"part{start}",
                    new Slice([0, start, 0, 0], [1, 1, 1, 1], [x.Shape[0], 4, 6, 6]), whole);
                return _builder.Add("sum", new Binary(BinaryKind.Add), Conv("second", Part(0), 4, 4), Conv("third", Part(4), 4, 4));
            case "clipped":
                return Conv("second", Conv("first", x, 8, 3, UnaryFunction.Clip(0, 6)), 4, 8);
            case "returned":
                return Conv("first", x, 8, 3, relu);
            case "normalized":
                return Product("first", Normalized(x), 8, 8);
            case "windowed":
                return Product("first", _builder.Add("window", new Binary(BinaryKind.Mul), Constant("hann", 8), x), 8, 8);
            case "spectrum":
                Value Square(string part)
                {
                    var value = Product(part, x, 8, 8);
                    return _builder.Add(part + "/squared", new Binary(BinaryKind.Mul), value, value);
                }

                return Product("third", _builder.Add("root", new Unary(new UnaryFunction(UnaryKind.Sqrt)),
                    _builder.Add("power", new Binary(BinaryKind.Add), Square("real"), Square("imaginary"))), 8, 8);
            case "gelu":
                return Product("second", Product("first", x, 8, 8, new UnaryFunction(UnaryKind.Gelu)), 8, 8);
            case "attention":
                return Attention(x, heads: 1);
            case "heads":
                return Attention(x, heads: 2);
            default:
                throw new NotSupportedException(name);
        }
    }

    private Value Attention(Value x, int heads)
    {
        Value Heads(string name, int[] order)
        {
            var whole = Product(name, x, 8, 8);
            var split = heads == 1 ? whole : _builder.Add(name + "/split", new Reshape([x.Shape[0], 5, heads, 8 / heads]), whole);
            return heads == 1 ? order[^1] == 1 ? _builder.Add(name + "/turned", new Transpose([0, 2, 1]), split) : split
                : _builder.Add(name + "/turned", new Transpose(order), split);
        }

        var scores = _builder.Add("scores", new MatMul(), Heads("q", [0, 2, 1, 3]), Heads("k", heads == 1 ? [0, 1] : [0, 2, 3, 1]));
        var weights = _builder.Add("softmax", new Softmax(scores.Rank - 1, false), scores);
        var mix = _builder.Add("mix", new MatMul(), weights, Heads("v", [0, 2, 1, 3]));
        if (heads > 1)
        {
            mix = _builder.Add("joined", new Reshape([x.Shape[0], 5, 8]), _builder.Add("back", new Transpose([0, 2, 1, 3]), mix));
        }

        return Product("o", mix, 8, 8);
    }

    private Value Normalized(Value x) => _builder.Add("norm", new Normalize(2, 1e-5f, true), x, null, Constant("shift", 8));

    private Value Conv(string name, Value x, int outputs, int channels, UnaryFunction? activation = null, int groups = 1) => _builder.Add(
        name, new Conv([1, 1], [1, 1], [1, 1], [1, 1], groups, activation), x, Constant(name + "/w", outputs, channels, 3, 3),
        Constant(name + "/b", outputs));

    private Value Product(string name, Value x, int depth, int columns, UnaryFunction? activation = null) =>
        _builder.Add(name, new MatMul(activation), x, Constant(name + "/w", depth, columns), Constant(name + "/b", columns));

    private Value Constant(string name, params long[] shape) => GraphBuilder.Constant(name,
        [.. Enumerable.Range(0, (int)Tensor.Count(shape)).Select(_ => (float)(_random.NextDouble() - 0.5))], shape);
}

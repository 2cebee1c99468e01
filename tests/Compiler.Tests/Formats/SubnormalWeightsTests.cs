using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Tests.Onnx;
using Xunit;

namespace MixPrec.Compiler.Tests.Formats;

/// <summary>Models whose weights are subnormal here and there, beside the same ones with zeros there.</summary>
public sealed class SubnormalWeightsTests
{
    private static readonly float[] Small = [1e-40f, -3e-39f, float.Epsilon, -1.1754942e-38f];

    public static TheoryData<string> Layers =>
        ["MatMul", "MatMul, left", "MatMul, batch", "Gemm", "Conv", "Conv, groups", "Conv, depthwise", "Conv, line", "Conv, volume",
            "ConvTranspose", "DeformConv", "LSTM", "GRU", "RNN"];

    /// <summary>In every candidate: the hash of a plan is over its weights too.</summary>
    [Theory]
    [MemberData(nameof(Layers))]
    public void PlansAreThoseOfZeros(string layer)
    {
        using var given = Model(layer, Small);
        using var zeros = Model(layer, [0, 0, 0, 0]);
        var graph = GraphRewrites.Apply(given.Graph());
        Assert.Equal(0, SubnormalWeights.CountIn(GraphRewrites.Apply(zeros.Graph())));
        Assert.True(SubnormalWeights.CountIn(graph) >= 8);
        PrecisionConfig[] candidates = [.. graph.QuantizableNodes.SelectMany(Candidates.ForNode).Append(PrecisionConfig.F32).Distinct()];
        foreach (var precision in candidates)
        {
            Assert.Equal(Hash(zeros, precision), Hash(given, precision));
        }

        Assert.True(candidates.Length > 1 || layer.Split(", ").Last() is "left" or "batch" or "depthwise" or "volume" or "ConvTranspose"
            or "DeformConv");
    }

    /// <summary>The reference of the measured error is the network as it was given.</summary>
    [Fact]
    public void TheGraphKeepsThem()
    {
        using var model = Model("MatMul", Small);
        var weights = Assert.Single(GraphRewrites.Apply(model.Graph()).QuantizableNodes).Input(1).Constant!;
        Assert.Equal(8, weights.Span<float>().ToArray().Count(float.IsSubnormal));
    }

    [Fact]
    public void WeightsThatTwoLayersShareCountOnce()
    {
        using var model = new TinyModel().Input("x", 2, 16).Initializer("w", Weights(Small, 16, 16))
            .Node("a = MatMul x w").Node("y = MatMul a w").Output("y");
        Assert.Equal(8, SubnormalWeights.CountIn(GraphRewrites.Apply(model.Graph())));
    }

    /// <summary>A normalization whose scale has decayed makes ordinary weights subnormal when it is folded.</summary>
    [Fact]
    public void FoldedScalesAreFound()
    {
        using var model = new TinyModel().Input("x", 1, 2, 5, 5).Initializer("w", EmittedModel.Random(new(1), 3, 2, 3, 3))
            .Initializer("s", Tensor.Create([1, 1e-39f, 1e-38f], 3)).Initializer("b", Tensor.Create([0, 0.25f, 0], 3))
            .Initializer("m", Tensor.Create([0f, 0, 0], 3)).Initializer("v", Tensor.Create([1f, 1, 1], 3))
            .Node("a = Conv x w").Node("y = BatchNormalization a s b m v").Output("y");
        Assert.True(SubnormalWeights.CountIn(GraphRewrites.Apply(model.Graph())) >= 18);
        var y = EmittedModel.Run(model, EmittedModel.Random(new(2), 1, 2, 5, 5))[0].Span<float>();
        Assert.All(y[9..18].ToArray(), v => Assert.Equal(0.25f, v));
    }

    /// <summary>Numbers that are not multiplied in a layer mean what they are.</summary>
    [Fact]
    public void OtherConstantsStay()
    {
        using var model = new TinyModel().Input("x", 4).Initializer("tiny", Tensor.Create([1e-40f], 1))
            .Node("a = Add x tiny").Node("y = Log a").Output("y");
        Assert.Equal(0, SubnormalWeights.CountIn(GraphRewrites.Apply(model.Graph())));
        Assert.All(EmittedModel.Run(model, Tensor.Create([0f, 0, 0, 0], 4))[0].Span<float>().ToArray(),
            v => Assert.Equal(-92.1034f, v, 1e-3f));
    }

    [Theory]
    [InlineData(0f, false)]
    [InlineData(float.Epsilon, true)]
    [InlineData(-1.1754942e-38f, true)]
    [InlineData(1.17549435e-38f, false)]
    [InlineData(-1.17549435e-38f, false)]
    [InlineData(1f, false)]
    [InlineData(float.NaN, false)]
    [InlineData(float.NegativeInfinity, false)]
    public void TheBordersAreThoseOfTheFormat(float weight, bool subnormal)
    {
        Assert.Equal(float.IsSubnormal(weight), subnormal);
        float[] weights = [weight];
        SubnormalWeights.SetToZero(weights);
        Assert.Equal(subnormal ? 0 : BitConverter.SingleToInt32Bits(weight), BitConverter.SingleToInt32Bits(weights[0]));
    }

    [Fact]
    public void NegativeZeroStays()
    {
        float[] weights = [-0f];
        SubnormalWeights.SetToZero(weights);
        Assert.True(float.IsNegative(weights[0]));
    }

    private static string Hash(TinyModel model, PrecisionConfig precision)
    {
        var graph = GraphRewrites.Apply(model.Graph());
        var ranges = graph.QuantizableNodes.ToDictionary(n => n.Name, _ => new ActivationRange(-1, 1));
        var lowered = Lowerer.Lower(graph, Candidates.AsFarAsOffered(graph, precision), new RangeTable(ranges, ranges), new LoweringOptions("Tiny"));
        lowered.Weights.Dispose();
        return lowered.Plan.Hash;
    }

    private static TinyModel Model(string layer, float[] small)
    {
        string op = layer.Split(", ")[0];
        var model = new TinyModel(op == "DeformConv" ? 19 : 17);
        Tensor W(params long[] shape) => Weights(small, shape);
        return layer switch
        {
            "MatMul" or "Gemm" => model.Input("x", 2, 16).Initializer("w", W(16, 16)).Node($"y = {op} x w").Output("y"),
            "MatMul, left" => model.Input("x", 16, 5).Initializer("w", W(3, 16, 16)).Node("y = MatMul w x").Output("y"),
            "MatMul, batch" => model.Input("x", 3, 2, 16).Initializer("w", W(3, 16, 5)).Node("y = MatMul x w").Output("y"),
            "Conv" => model.Input("x", 1, 3, 6, 6).Initializer("w", W(5, 3, 3, 3)).Node("y = Conv x w").Output("y"),
            "Conv, groups" => model.Input("x", 1, 8, 6, 6).Initializer("w", W(8, 4, 3, 3))
                .Node("y = Conv x w", TinyModel.Attribute("group", 2L)).Output("y"),
            "Conv, depthwise" => model.Input("x", 1, 8, 6, 6).Initializer("w", W(8, 1, 3, 3))
                .Node("y = Conv x w", TinyModel.Attribute("group", 8L)).Output("y"),
            "Conv, line" => model.Input("x", 1, 8, 6).Initializer("w", W(8, 8, 3)).Node("y = Conv x w").Output("y"),
            "Conv, volume" => model.Input("x", 1, 3, 4, 4, 4).Initializer("w", W(4, 3, 2, 2, 2)).Node("y = Conv x w").Output("y"),
            "ConvTranspose" => model.Input("x", 1, 4, 5, 5).Initializer("w", W(4, 3, 3, 3)).Node("y = ConvTranspose x w").Output("y"),
            "DeformConv" => model.Input("x", 1, 4, 5, 5).Input("o", 1, 18, 3, 3).Initializer("w", W(4, 4, 3, 3))
                .Node("y = DeformConv x w o", TinyModel.Attribute("kernel_shape", 3, 3)).Output("y"),
            _ => Recurrent(model, op, layer, W),
        };
    }

    private static TinyModel Recurrent(TinyModel model, string op, string layer, Func<long[], Tensor> weights)
    {
        long rows = 8 * (op == "LSTM" ? 4 : op == "GRU" ? 3 : 1);
        Assert.Equal(op, layer);
        return model.Input("x", 3, 2, 4).Initializer("w", weights([1, rows, 4])).Initializer("r", weights([1, rows, 8]))
            .Node($"y = {op} x w r", TinyModel.Attribute("hidden_size", 8L)).Output("y");
    }

    /// <summary>Eight of them are small, four neighbours each.</summary>
    private static Tensor Weights(float[] small, params long[] shape)
    {
        float[] weights = EmittedModel.Random(new Random(3), shape).Span<float>().ToArray();
        for (int i = 0; i < 8; i++)
        {
            weights[i < 4 ? i : weights.Length - 12 + i] = small[i % 4];
        }

        return Tensor.Create(weights, shape);
    }
}

using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Tests.Onnx;
using Xunit;

namespace MixPrec.Compiler.Tests.Execution;

/// <summary>Where convolutions take fewer multiplications, and that networks of them compute what TorchSharp computes.</summary>
public sealed class WinogradConvTests
{
    /// <summary>Of sums of a few hundred products, relative to the largest output.</summary>
    private const double Roundoff = 3e-6;

    [Theory]
    [InlineData(8, 8)]
    [InlineData(15, 21)]
    [InlineData(3, 30)]
    [InlineData(2, 2)]
    public void AResidualBlockOfAnySizeIsWhatTorchMakesOfIt(int height, int width)
    {
        using var model = Block(["batch", 16, "height", "width"]);
        var x = EmittedModel.Random(new Random(1), 2, 16, height, width);
        var expected = new TorchExecutor(GraphRewrites.Apply(model.Graph())).Outputs([x])[0];
        float largest = expected.Span<float>().ToArray().Max();
        EmittedModel.AssertClose(expected, EmittedModel.Run(model, x)[0], Roundoff * largest);
    }

    [Theory]
    [InlineData(14, 1, 1, true)]
    [InlineData(6, 1, 1, false)]
    [InlineData(14, 2, 1, false)]
    [InlineData(14, 1, 2, false)]
    public void TheSizesDecideWhichKernelIsCalled(int size, int stride, int dilation, bool isTaken)
    {
        using var model = new TinyModel().Input("x", 1, 16, size, size).Initializer("w", Networks.Random(1, 32, 16, 3, 3))
            .Node("y = Conv x w", TinyModel.Attribute("pads", dilation, dilation, dilation, dilation),
                TinyModel.Attribute("strides", stride, stride), TinyModel.Attribute("dilations", dilation, dilation))
            .Output("y");
        var lowered = Lowerer.Lower(GraphRewrites.Apply(model.Graph()), PrecisionAssignment.AllFloat, RangeTable.Empty,
            new LoweringOptions("Net"));
        Assert.Equal(isTaken, lowered.Plan.Steps.Any(s => s.Method == "WinogradConv.F32"));
        Assert.Equal(!isTaken, lowered.Plan.Steps.Any(s => s.Method == "Conv.F32"));
    }

    /// <summary>
    /// Bytes take it too, where sums with any pixels stay below 2²⁵ in magnitude: 146 thousand steps of weights times 255 do not.
    /// </summary>
    [Theory]
    [InlineData("i8", 14, 16, false, true)]
    [InlineData("i8a7", 14, 16, false, true)]
    [InlineData("i8", 12, 16, false, false)]
    [InlineData("i8", 14, 8, false, false)]
    [InlineData("i8", 14, 128, false, true)]
    [InlineData("i8", 14, 128, true, false)]
    [InlineData("i8a7", 14, 128, true, true)]
    [InlineData("i8-i16", 14, 16, false, false)]
    public void BytesTakeItWhereTheirSumsAreSmall(string id, int size, int channels, bool areAllLarge, bool isTaken)
    {
        var weights = areAllLarge
            ? Tensor.Create((float[])[.. Enumerable.Repeat(1f, 32 * channels * 9)], 32, channels, 3, 3)
            : Networks.Random(1, 32, channels, 3, 3);
        using var model = new TinyModel().Input("x", 1, channels, size, size).Initializer("w", weights)
            .Node("y = Conv x w", TinyModel.Attribute("pads", 1, 1, 1, 1)).Output("y");
        var graph = GraphRewrites.Apply(model.Graph());
        var precision = PrecisionConfig.Find(id)!;
        var x = EmittedModel.Random(new Random(1), 1, channels, size, size);
        var ranges = RangeCalibration.Collect(ActivationRanges.MinMax, new TorchExecutor(graph), graph, [[x]]);
        var lowered = Lowerer.Lower(graph, PrecisionAssignment.Uniform(graph, precision), ranges, new LoweringOptions("Net"));
        Assert.Equal(isTaken, lowered.Plan.Steps.Any(s => s.Method.StartsWith("WinogradConv.U", StringComparison.Ordinal)));
        Assert.Equal(!isTaken, lowered.Plan.Steps.Any(s => s.Method.StartsWith("Conv.U", StringComparison.Ordinal)));
    }

    private static TinyModel Block(object[] shape) => new TinyModel().Input("x", shape)
        .Initializer("w1", Networks.Random(1, 40, 16, 3, 3)).Initializer("b1", Networks.Random(2, 40))
        .Initializer("w2", Networks.Random(3, 40, 40, 3, 3)).Initializer("b2", Networks.Random(4, 40))
        .Node("a = Conv x w1 b1", TinyModel.Attribute("pads", 1, 1, 1, 1)).Node("b = Relu a")
        .Node("c = Conv b w2 b2", TinyModel.Attribute("pads", 1, 1, 1, 1)).Node("d = Add c b").Node("y = Relu d")
        .Output("y");
}

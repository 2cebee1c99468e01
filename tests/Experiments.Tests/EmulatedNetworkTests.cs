using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Experiments.Accumulation;
using MixPrec.Experiments.Emulation;
using Xunit;

namespace MixPrec.Experiments.Tests;

/// <summary>
/// Products taken apart into rows and columns, accumulated and joined again give what TorchSharp gives: with small integers every sum is a
/// number of a wide accumulator, so that both are exact.
/// </summary>
public sealed class EmulatedNetworkTests
{
    private static readonly Accumulator Wide = new(new FloatFormat("E8M20", 8, 20));
    private readonly Random _random = new(9);

    [Theory]
    [InlineData(1, 1, 1, 0)]
    [InlineData(2, 2, 1, 1)]
    [InlineData(4, 1, 2, 2)]
    public void Convolutions(int groups, int stride, int dilation, int padding)
    {
        using var model = new TinyModel().Input("x", 3, 4, 9, 7).Initializer("w", Integers(8, 4 / groups, 3, 3))
            .Initializer("b", Integers(8))
            .Node("y = Conv x w b", TinyModel.Attribute("group", groups), TinyModel.Attribute("strides", stride, stride),
                TinyModel.Attribute("dilations", dilation, dilation), TinyModel.Attribute("pads", padding, 0, padding, 1))
            .Output("y");
        AssertEqualToTorch(model, 3, 4, 9, 7);
    }

    [Fact]
    public void MatrixProducts()
    {
        using var model = new TinyModel().Input("x", 5, 40).Initializer("w", Integers(40, 11)).Node("y = MatMul x w").Output("y");
        AssertEqualToTorch(model, 5, 40);
    }

    [Fact]
    public void ProductsOfActivations()
    {
        using var model = new TinyModel().Input("x", 2, 3, 5, 40).Input("w", 2, 1, 40, 11).Initializer("b", Integers(11))
            .Node("s = MatMul x w").Node("y = Add s b").Output("y");
        AssertEqualToTorch(model, 2, new() { ["x"] = Integers(2, 3, 5, 40), ["w"] = Integers(2, 1, 40, 11) });
    }

    private void AssertEqualToTorch(TinyModel model, params long[] shape) =>
        AssertEqualToTorch(model, (int)shape[0], new() { ["x"] = Integers(shape) });

    private static void AssertEqualToTorch(TinyModel model, int samples, Dictionary<string, Tensor> inputs)
    {
        var graph = model.Graph();
        var batch = Batch.Split(graph, new SampleSet(inputs, null, null, samples), samples).First();
        var network = new EmulatedNetwork(graph, new TorchExecutor(graph), graph.QuantizableNodes, _ => -3);
        int layers = 0;
        var actual = network.Run(batch, (_, _, products) =>
        {
            layers++;
            return products.All(Wide);
        });
        var expected = network.Run(batch, (_, _, _) => null);
        Assert.NotEqual(0, layers);
        Assert.Equal(expected.Shape, actual.Shape);
        Assert.Contains(expected.Span<float>().ToArray(), v => v != 0);
        Assert.Equal(expected.Span<float>().ToArray(), actual.Span<float>().ToArray());
    }

    private Tensor Integers(params long[] shape) =>
        Tensor.Create([.. Enumerable.Range(0, (int)Tensor.Count(shape)).Select(_ => (float)_random.Next(-4, 5))], shape);
}

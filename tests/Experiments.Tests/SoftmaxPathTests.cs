using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Experiments.Attention;
using Xunit;

namespace MixPrec.Experiments.Tests;

public sealed class SoftmaxPathTests
{
    [Theory]
    [InlineData("p = Softmax s", 1, false)]
    [InlineData("t = Mul two s|p = Softmax t", 2, false)]
    [InlineData("t = Div s two|p = Softmax t", 0.5, false)]
    [InlineData("t = Add mask s|p = Softmax t", 1, true)]
    [InlineData("t = Mul s two|u = Div t half|v = Add u mask|p = Softmax v", 4, true)]
    public void ScalesAndAMaskStandBetween(string nodes, float scale, bool masked)
    {
        var way = Of(nodes, "p");
        Assert.NotNull(way);
        Assert.Equal((scale, masked), (way.Scale, way.Mask is not null));
    }

    [Theory]
    [InlineData("p = Relu s", "p")]
    [InlineData("p = LogSoftmax s", "p")]
    [InlineData("t = Div two s|p = Softmax t", "p")]
    [InlineData("t = Mul s mask|p = Softmax t", "p")]
    [InlineData("t = Add s given|p = Softmax t", "p")]
    [InlineData("t = Add s mask|u = Mul t two|p = Softmax u", "p")]
    [InlineData("p = Softmax s", "s")]
    public void AnythingElseIsNoAttention(string nodes, string output) => Assert.Null(Of(nodes, output));

    [Fact]
    public void TheSoftmaxRunsAlongTheRows()
    {
        using var model = new TinyModel().Input("q", 2, 4, 3).Input("k", 2, 3, 5).Node("s = MatMul q k")
            .Node("p = Softmax s", TinyModel.Attribute("axis", 1)).Output("p");
        Assert.Null(SoftmaxPath.Find(model.Graph(), model.Graph().Nodes[0]));
    }

    /// <summary>The rewrites have moved its scales into the layers of the queries.</summary>
    [Fact]
    public void ALanguageModelHasAWayInEachLayer()
    {
        string path = Path.Combine(SharedMaterial.Models, "shakespeare-gpt");
        SharedMaterial.SkipWhenAbsent(path);
        var graph = GraphRewrites.Apply(OnnxModelReader.Read(Path.Combine(path, "model.onnx"), DimensionBindings.None).Graph);
        SoftmaxPath[] ways = [.. graph.QuantizableNodes.Where(n => n.MultipliesActivations())
            .Select(n => SoftmaxPath.Find(graph, n)).OfType<SoftmaxPath>()];
        Assert.Equal((4, 8), (ways.Length, graph.QuantizableNodes.Count(n => n.MultipliesActivations())));
        Assert.All(ways, w => Assert.Equal((1, true), (w.Scale, w.Mask is not null)));
    }

    private static SoftmaxPath? Of(string nodes, string output)
    {
        using var model = new TinyModel().Input("q", 2, 4, 3).Input("k", 2, 3, 5).Input("given", 4, 5)
            .Initializer("two", Tensor.Create([2f], 1)).Initializer("half", Tensor.Create([0.5f], 1))
                .Initializer("mask", Tensor.Create(new float[20], 4, 5)).Node("s = MatMul q k");
        foreach (string node in nodes.Split('|'))
        {
            model.Node(node);
        }

        var graph = (output == "p" ? model : model.Output("p")).Output(output).Graph();
        return SoftmaxPath.Find(graph, graph.QuantizableNodes.Single());
    }
}

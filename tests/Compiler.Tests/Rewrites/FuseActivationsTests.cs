using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Rewrites;
using Xunit;

namespace MixPrec.Compiler.Tests.Rewrites;

public sealed class FuseActivationsTests : RewriteTests
{
    [Fact]
    public void ActivationBecomesTheEpilogueAndTheLayerKeepsItsName()
    {
        var product = Builder.Add("fc", new MatMul(), Input(2, 5), Weights("w", 5, 3));
        var graph = Build(Builder.Add("y", new Unary(Relu), product));
        var fused = FuseActivations.Apply(graph);
        var node = Assert.Single(fused.Nodes);
        Assert.Equal(("fc", new MatMul(Relu), "y"), (node.Name, (MatMul)node.Op, node.Output.Name));
        AssertSameResult(graph, fused);
    }

    [Fact]
    public void ConvTakesItsActivation()
    {
        var conv = Builder.Add("conv", Conv3x3(), Input(1, 2, 4, 4), Weights("w", 3, 2, 3, 3));
        var graph = Build(Builder.Add("y", new Unary(UnaryFunction.Clip(0, 6)), conv));
        var fused = FuseActivations.Apply(graph);
        Assert.Equal(UnaryFunction.Clip(0, 6), ((Conv)Assert.Single(fused.Nodes).Op).Activation);
        AssertSameResult(graph, fused);
    }

    [Fact]
    public void ProductReadTwiceStays()
    {
        var product = Builder.Add("fc", new MatMul(), Input(2, 5), Weights("w", 5, 3));
        var relu = Builder.Add("relu", new Unary(Relu), product);
        Assert.Equal(3, FuseActivations.Apply(Build(Builder.Add("y", new Binary(BinaryKind.Add), relu, product))).Nodes.Count);
    }

    [Fact]
    public void ProductThatIsAnOutputStays()
    {
        var product = Builder.Add("fc", new MatMul(), Input(2, 5), Weights("w", 5, 3));
        Assert.Equal(2, FuseActivations.Apply(Build(Builder.Add("y", new Unary(Relu), product), product)).Nodes.Count);
    }

    [Fact]
    public void ProductOfTwoActivationsStays()
    {
        var x = Input(3, 3);
        Assert.Equal(2, FuseActivations.Apply(Build(Builder.Add("y", new Unary(Relu), Builder.Add("xx", new MatMul(), x, x)))).Nodes.Count);
    }

    [Fact]
    public void OnlyTheFirstActivationIsTaken()
    {
        var product = Builder.Add("fc", new MatMul(), Input(2, 5), Weights("w", 5, 3));
        var graph = Build(Builder.Add("y", new Unary(new UnaryFunction(UnaryKind.Tanh)), Builder.Add("relu", new Unary(Relu), product)));
        var fused = FuseActivations.Apply(graph);
        Assert.Equal(2, fused.Nodes.Count);
        AssertSameResult(graph, fused);
    }
}

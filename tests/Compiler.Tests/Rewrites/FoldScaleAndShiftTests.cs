using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Rewrites;
using Xunit;

namespace MixPrec.Compiler.Tests.Rewrites;

public sealed class FoldScaleAndShiftTests : RewriteTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    public void BatchNormalizationMovesIntoConv(int groups, bool hasBias)
    {
        Value[] inputs = [Input(2, 4, 5, 5), Weights("w", 6, 4 / groups, 3, 3), .. hasBias ? [Weights("bias", 6)] : Array.Empty<Value>()];
        var conv = Builder.Add("conv", Conv3x3(groups), inputs);
        var scaled = Builder.Add("scaled", new Binary(BinaryKind.Mul), conv, Weights("factor", 6, 1, 1));
        var graph = Build(Builder.Add("y", new Binary(BinaryKind.Add), Weights("offset", 1, 6, 1, 1), scaled));
        var folded = FoldScaleAndShift.Apply(graph);
        Assert.Equal("conv", Assert.Single(folded.Nodes).Name);
        AssertSameResult(graph, folded);
    }

    [Theory]
    [InlineData(BinaryKind.Add, true, true)]
    [InlineData(BinaryKind.Add, false, true)]
    [InlineData(BinaryKind.Sub, true, true)]
    [InlineData(BinaryKind.Sub, false, true)]
    [InlineData(BinaryKind.Mul, true, true)]
    [InlineData(BinaryKind.Mul, false, true)]
    [InlineData(BinaryKind.Div, true, true)]
    [InlineData(BinaryKind.Div, false, false)]
    [InlineData(BinaryKind.Max, true, false)]
    public void ConstantBehindMatMul(int function, bool productIsLeft, bool folds)
    {
        var product = Builder.Add("fc", new MatMul(), Input(2, 3, 5), Weights("w", 5, 4));
        var constant = Weights("constant", 4);
        var graph = Build(Builder.Add("y", new Binary((BinaryKind)function), productIsLeft ? [product, constant] : [constant, product]));
        var folded = FoldScaleAndShift.Apply(graph);
        Assert.Equal(folds ? 1 : 2, folded.Nodes.Count);
        if (folds)
        {
            AssertSameResult(graph, folded);
        }
    }

    [Fact]
    public void SingleNumberIsEveryChannels()
    {
        var product = Builder.Add("fc", new MatMul(), Input(2, 5), Weights("w", 5, 4));
        var graph = Build(Builder.Add("y", new Binary(BinaryKind.Mul), product, GraphBuilder.Constant("half", [0.5f])));
        AssertSameResult(graph, FoldScaleAndShift.Apply(graph));
        Assert.Single(FoldScaleAndShift.Apply(graph).Nodes);
    }

    [Fact]
    public void ConstantThatVariesAlongAnotherAxisStays()
    {
        var product = Builder.Add("fc", new MatMul(), Input(4, 5), Weights("w", 5, 4));
        Assert.Equal(2, FoldScaleAndShift.Apply(Build(Builder.Add("y", new Binary(BinaryKind.Add), product,
            Weights("rows", 4, 1)))).Nodes.Count);
    }

    [Fact]
    public void ConstantThatEnlargesTheResultStays()
    {
        var product = Builder.Add("fc", new MatMul(), Input(1, 5), Weights("w", 5, 1));
        Assert.Equal(2, FoldScaleAndShift.Apply(Build(Builder.Add("y", new Binary(BinaryKind.Add), product,
            Weights("wide", 3)))).Nodes.Count);
    }

    [Fact]
    public void ScaleThatOverflowsStays()
    {
        var product = Builder.Add("fc", new MatMul(), Input(2, 1), GraphBuilder.Constant("w", [1e30f], 1, 1));
        Assert.Equal(2, FoldScaleAndShift.Apply(Build(Builder.Add("y", new Binary(BinaryKind.Mul), product,
            GraphBuilder.Constant("s", [1e30f], 1)))).Nodes.Count);
    }
}

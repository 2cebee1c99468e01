using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Rewrites;
using Xunit;

namespace MixPrec.Compiler.Tests.Rewrites;

public sealed class DelaySummedProductsTests : RewriteTests
{
    [Fact]
    public void ProductComesBehindTheValueThatItIsAddedTo()
    {
        var x = Input(1, 3, 4, 4);
        var conv = Builder.Add("conv", Conv3x3(), x, Weights("w", 3, 3, 3, 3));
        var shortcut = Builder.Add("shortcut", new Unary(Relu), x);
        var graph = Build(Builder.Add("sum", new Binary(BinaryKind.Add), conv, shortcut));
        var ordered = DelaySummedProducts.Apply(graph);
        Assert.Equal(["shortcut", "conv", "sum"], ordered.Nodes.Select(n => n.Name));
        AssertSameResult(graph, ordered);
    }

    /// <summary>The second of two products stores the sum where they stand.</summary>
    [Fact]
    public void TwoProductsStayInTheirOrder()
    {
        var x = Input(1, 3, 4, 4);
        var first = Builder.Add("first", Conv3x3(), x, Weights("w", 3, 3, 3, 3));
        var second = Builder.Add("second", Conv3x3(), Builder.Add("relu", new Unary(Relu), x), Weights("v", 3, 3, 3, 3));
        var graph = Build(Builder.Add("sum", new Binary(BinaryKind.Add), first, second));
        Assert.Same(graph, DelaySummedProducts.Apply(graph));
    }

    [Fact]
    public void ProductWithOtherReadersStays()
    {
        var x = Input(1, 3, 4, 4);
        var conv = Builder.Add("conv", Conv3x3(), x, Weights("w", 3, 3, 3, 3));
        var shortcut = Builder.Add("shortcut", new Unary(Relu), conv);
        var graph = Build(Builder.Add("sum", new Binary(BinaryKind.Add), conv, shortcut));
        Assert.Same(graph, DelaySummedProducts.Apply(graph));
    }

    /// <summary>A value that is added to itself has one reader and two uses.</summary>
    [Fact]
    public void DoubledProductStays()
    {
        var conv = Builder.Add("conv", Conv3x3(), Input(1, 3, 4, 4), Weights("w", 3, 3, 3, 3));
        var graph = Build(Builder.Add("sum", new Binary(BinaryKind.Add), conv, conv));
        Assert.Same(graph, DelaySummedProducts.Apply(graph));
    }
}

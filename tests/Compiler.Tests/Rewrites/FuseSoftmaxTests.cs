using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Rewrites;
using Xunit;

namespace MixPrec.Compiler.Tests.Rewrites;

public sealed class FuseSoftmaxTests : RewriteTests
{
    [Theory]
    [InlineData(0, false)]
    [InlineData(2, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    public void WrittenOutAlongAnyAxis(int axis, bool logarithm)
    {
        var graph = Build(WrittenOut(Input(2, 3, 5), axis, axis, logarithm));
        var fused = FuseSoftmax.Apply(graph);
        Assert.Equal(new Softmax(axis, logarithm), Assert.Single(fused.Nodes).Op);
        AssertSameResult(graph, fused);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AMaximumAlongAnotherAxisStays(bool logarithm) => Stays(WrittenOut(Input(3, 3), 0, 1, logarithm));

    [Fact]
    public void WithoutTheMaximumItStays()
    {
        var e = Unary(UnaryKind.Exp, Input(2, 3));
        Stays(Binary(BinaryKind.Div, e, Reduced(ReduceKind.Sum, e, 1)));
    }

    [Fact]
    public void SumsOfAnotherValueStay()
    {
        var x = Input(2, 3);
        var z = Binary(BinaryKind.Sub, x, Reduced(ReduceKind.Max, x, 1));
        Stays(Binary(BinaryKind.Div, Unary(UnaryKind.Exp, z), Reduced(ReduceKind.Sum, Unary(UnaryKind.Exp, x), 1)));
    }

    private Value WrittenOut(Value x, int axis, int maximumAxis, bool logarithm)
    {
        var z = Binary(BinaryKind.Sub, x, Reduced(ReduceKind.Max, x, maximumAxis));
        var e = Unary(UnaryKind.Exp, z);
        var sum = Reduced(ReduceKind.Sum, e, axis);
        return logarithm ? Binary(BinaryKind.Sub, z, Unary(UnaryKind.Log, sum)) : Binary(BinaryKind.Div, e, sum);
    }

    private void Stays(Value output)
    {
        var graph = Build(output);
        Assert.Equal(graph.Nodes.Select(n => n.Op), FuseSoftmax.Apply(graph).Nodes.Select(n => n.Op));
    }
}

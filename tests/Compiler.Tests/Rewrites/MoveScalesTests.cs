using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Rewrites;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Rewrites;

public sealed class MoveScalesTests : RewriteTests
{
    [Theory]
    [InlineData(BinaryKind.Mul, true)]
    [InlineData(BinaryKind.Mul, false)]
    [InlineData(BinaryKind.Div, true)]
    public void ScaleOfScoresMovesIntoOneLayer(int function, bool scoresAreLeft)
    {
        var (scores, _) = Scores();
        var scale = GraphBuilder.Constant("scale", [0.3f], 1, 1);
        var graph = Build(Unary(UnaryKind.Tanh,
            Builder.Add("scaled", new Binary((BinaryKind)function), scoresAreLeft ? [scores, scale] : [scale, scores])));
        var rewritten = FoldScaleAndShift.Apply(MoveScales.Apply(graph));
        Assert.Equal(["q", "heads", "k", "keys", "scores", "Tanh"], rewritten.Nodes.Select(n => n.Name));
        AssertSameResult(graph, rewritten);
    }

    [Fact]
    public void ScaleOfQueriesMovesThroughTheirTranspose()
    {
        var graph = Build(Unary(UnaryKind.Tanh,
            Binary(BinaryKind.Mul, Builder.Add("heads", new Transpose([1, 0, 2]), Layer("q", Input(2, 3, 5))), Number(0.3f))));
        var rewritten = FoldScaleAndShift.Apply(MoveScales.Apply(graph));
        Assert.Equal(["q", "heads", "Tanh"], rewritten.Nodes.Select(n => n.Name));
        AssertSameResult(graph, rewritten);
    }

    /// <summary>A bias is folded into the layer first, and scaled with its weights.</summary>
    [Fact]
    public void ScaleMovesPastABias()
    {
        var queries = Binary(BinaryKind.Add, Layer("q", Input(2, 3, 5)), GraphBuilder.Constant("b", [1, -2, 3, 0.5f], 4));
        var graph = Build(Unary(UnaryKind.Tanh, Binary(BinaryKind.Div, Builder.Add("heads", new Transpose([1, 0, 2]), queries), Number(3))));
        var rewritten = GraphRewrites.Apply(graph);
        Assert.Equal(["q", "heads", "Tanh"], rewritten.Nodes.Select(n => n.Name));
        AssertSameResult(graph, rewritten);
    }

    [Fact]
    public void NumberDividedByScoresStays()
    {
        var graph = Build(Unary(UnaryKind.Tanh, Binary(BinaryKind.Div, Number(1), Scores().Scores)));
        Assert.Equal(graph.Nodes.Select(n => n.Name), MoveScales.Apply(graph).Nodes.Select(n => n.Name));
    }

    [Fact]
    public void ScaleStaysWhereTheLayerIsReadElsewhereToo()
    {
        var (scores, queries) = Scores(sameLayer: true);
        var graph = Build(Unary(UnaryKind.Tanh, Binary(BinaryKind.Mul, scores, Number(0.3f))), queries);
        Assert.Equal(graph.Nodes.Select(n => n.Name), MoveScales.Apply(graph).Nodes.Select(n => n.Name));
    }

    private (Value Scores, Value Queries) Scores(bool sameLayer = false)
    {
        var x = Input(2, 3, 5);
        var queries = Layer("q", x);
        var heads = Builder.Add("heads", new Transpose([0, 1, 2]), queries);
        var keys = Builder.Add("keys", new Transpose([0, 2, 1]), sameLayer ? queries : Layer("k", x));
        return (Builder.Add("scores", new MatMul(), heads, keys), queries);
    }

    private Value Layer(string name, Value x) => Builder.Add(name, new MatMul(), x, Weights(name + "/weights", 5, 4));
}

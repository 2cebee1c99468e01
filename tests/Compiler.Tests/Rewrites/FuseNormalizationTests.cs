using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Rewrites;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Rewrites;

public sealed class FuseNormalizationTests : RewriteTests
{
    private const float Epsilon = 0.001f;

    public static TheoryData<string, string, bool> Spellings =>
        [.. from square in new[] { "product", "power" } from root in new[] { "root", "power", "reciprocal", "quotient", "inverse power" }
        from centered in new[] { true, false } select (square, root, centered)];

    [Theory]
    [MemberData(nameof(Spellings))]
    public void EverySpellingBecomesOneNormalizationWithScaleAndBias(string square, string root, bool centered)
    {
        var x = Input(2, 3, 8);
        var d = centered ? Centered(x, 2) : x;
        var normalized = Quotient(d, Variance(Square(d, square), 2), root);
        var graph = Build(Binary(BinaryKind.Add, Weights("bias", 1, 1, 8), Binary(BinaryKind.Mul, normalized, Weights("scale!", 8))));
        var fused = FoldIntoNormalization.Apply(FuseNormalization.Apply(graph));
        Assert.Equal(new Normalize(2, Epsilon, centered), Assert.Single(fused.Nodes).Op);
        Assert.Equal("Add", fused.Outputs[0].Name.Split('_')[0]);
        AssertSameResult(graph, fused);
    }

    [Fact]
    public void RowsOfTwoDimensions()
    {
        var x = Input(2, 3, 4);
        var d = Binary(BinaryKind.Sub, x, Reduced(ReduceKind.Mean, x, 1, 2));
        var variance = Binary(BinaryKind.Add, Number(Epsilon), Reduced(ReduceKind.Mean, Binary(BinaryKind.Mul, d, d), 1, 2));
        var graph = Build(Binary(BinaryKind.Mul, Binary(BinaryKind.Div, d, Unary(UnaryKind.Sqrt, variance)), Weights("w", 3, 4)));
        var fused = FoldIntoNormalization.Apply(FuseNormalization.Apply(graph));
        Assert.Equal(new Normalize(1, Epsilon, true), Assert.Single(fused.Nodes).Op);
        AssertSameResult(graph, fused);
    }

    [Fact]
    public void AMeanSubtractedTwice()
    {
        var x = Input(2, 8);
        var graph = Build(Quotient(Centered(x, 1), Variance(Square(Centered(x, 1), "power"), 1), "root"));
        var fused = FuseNormalization.Apply(graph);
        Assert.True(((Normalize)Assert.Single(fused.Nodes).Op).Centered);
        AssertSameResult(graph, fused);
    }

    [Fact]
    public void WhatOthersReadStays()
    {
        var x = Input(2, 8);
        var d = Centered(x, 1);
        var graph = Build(Quotient(d, Variance(Square(d, "power"), 1), "root"), d);
        var fused = FuseNormalization.Apply(graph);
        Assert.Equal(["Normalize", "Reduce", "Binary"], fused.Nodes.Select(n => n.Op.GetType().Name)
            .OrderBy(n => "NRB".IndexOf(n[0], StringComparison.Ordinal)));
        AssertSameResult(graph, fused);
    }

    [Fact]
    public void MomentsFirstBecomesOneNormalization()
    {
        var x = Input(2, 3, 8);
        var graph = Build(Moments(x, Weights("b", 8)));
        var fused = FuseMomentsNormalization.Apply(graph);
        Assert.Equal(new Normalize(2, Epsilon, true), Assert.Single(fused.Nodes).Op);
        AssertSameResult(graph, fused);
    }

    [Fact]
    public void MomentsWithABiasForEachRowStay() => Untouched(FuseMomentsNormalization.Apply, Moments(Input(2, 3, 8), Weights("b", 3, 1)));

    [Fact]
    public void ABiasThatDiffersFromRowToRowStays()
    {
        var graph = Build(Binary(BinaryKind.Add, Builder.Add("norm", new Normalize(1, Epsilon, true), Input(3, 3)), Weights("b", 3, 1)));
        Assert.Equal(2, FoldIntoNormalization.Apply(graph).Nodes.Count);
    }

    [Fact]
    public void AScaleBehindTheBiasStays()
    {
        var normalized = Builder.Add("norm", new Normalize(1, Epsilon, true), Input(2, 3));
        var graph = Build(Binary(BinaryKind.Mul, Binary(BinaryKind.Add, normalized, Weights("b", 3)), Weights("ww", 3)));
        var folded = FoldIntoNormalization.Apply(graph);
        Assert.Equal(2, folded.Nodes.Count);
        AssertSameResult(graph, folded);
    }

    [Fact]
    public void SquaresOfAnotherValueStay()
    {
        var x = Input(2, 8);
        Untouched(FuseNormalization.Apply, Quotient(x, Variance(Square(Unary(UnaryKind.Neg, x), "product"), 1), "root"));
    }

    [Fact]
    public void MeansOverOtherDimensionsStay()
    {
        var x = Input(8, 8);
        Untouched(FuseNormalization.Apply, Quotient(x, Variance(Square(x, "product"), 0), "root"));
    }

    [Fact]
    public void CentersOverOtherDimensionsAreNoLayerNormalization()
    {
        var d = Centered(Input(8, 8), 0);
        var graph = Build(Quotient(d, Variance(Square(d, "product"), 1), "root"));
        var fused = FuseNormalization.Apply(graph);
        Assert.False(((Normalize)Assert.Single(fused.Nodes, n => n.Op is Normalize).Op).Centered);
        AssertSameResult(graph, fused);
    }

    [Fact]
    public void AnotherPowerStays()
    {
        var x = Input(2, 8);
        Untouched(FuseNormalization.Apply, Quotient(x, Variance(Binary(BinaryKind.Pow, x, Number(3)), 1), "root"));
    }

    [Fact]
    public void AnEpsilonForEachRowStays()
    {
        var x = Input(2, 8);
        var variance = Binary(BinaryKind.Add, Reduced(ReduceKind.Mean, Square(x, "product"), 1),
            GraphBuilder.Constant("e", [0.1f, 0.2f], 2, 1));
        Untouched(FuseNormalization.Apply, Quotient(x, variance, "root"));
    }

    [Fact]
    public void RowsOfSymbolicLengthStay()
    {
        var x = Builder.AddInput("x", new TensorType(ElementType.F32, [2, IntExpr.Symbol("n")]));
        Untouched(FuseNormalization.Apply, Quotient(x, Variance(Square(x, "product"), 1), "root"));
    }

    private void Untouched(Func<Graph, Graph> rewrite, Value output)
    {
        var graph = Build(output);
        Assert.Equal(graph.Nodes.Select(n => n.Op), rewrite(graph).Nodes.Select(n => n.Op));
    }

    private Value Centered(Value x, int axis) => Binary(BinaryKind.Sub, x, Reduced(ReduceKind.Mean, x, axis));

    private Value Square(Value d, string spelling) =>
        spelling == "power" ? Binary(BinaryKind.Pow, d, Number(2)) : Binary(BinaryKind.Mul, d, d);

    private Value Variance(Value square, int axis) => Binary(BinaryKind.Add, Reduced(ReduceKind.Mean, square, axis), Number(Epsilon));

    private Value Quotient(Value d, Value variance, string spelling) => spelling switch
    {
        "root" => Binary(BinaryKind.Div, d, Unary(UnaryKind.Sqrt, variance)),
        "power" => Binary(BinaryKind.Div, d, Binary(BinaryKind.Pow, variance, Number(0.5f))),
        "reciprocal" => Binary(BinaryKind.Mul, Unary(UnaryKind.Reciprocal, Unary(UnaryKind.Sqrt, variance)), d),
        "quotient" => Binary(BinaryKind.Mul, d, Binary(BinaryKind.Div, Number(1), Unary(UnaryKind.Sqrt, variance))),
        _ => Binary(BinaryKind.Mul, d, Binary(BinaryKind.Pow, variance, Number(-0.5f))),
    };

    private Value Moments(Value x, Value bias)
    {
        var mean = Reduced(ReduceKind.Mean, x, x.Rank - 1);
        var variance = Variance(Square(Binary(BinaryKind.Sub, x, mean), "product"), x.Rank - 1);
        var factor = Binary(BinaryKind.Mul, Unary(UnaryKind.Reciprocal, Unary(UnaryKind.Sqrt, variance)), Weights("g1", 8));
        return Binary(BinaryKind.Add, Binary(BinaryKind.Mul, x, factor),
            Binary(BinaryKind.Sub, bias, Binary(BinaryKind.Mul, mean, factor)));
    }
}

using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Graphs;

public sealed class GraphBuilderTests
{
    private readonly GraphBuilder _builder = new();

    private Value Input(params IntExpr[] shape) => _builder.AddInput("x", new TensorType(ElementType.F32, shape));

    [Fact]
    public void NodesOfOneNameAreNumbered()
    {
        var x = Input(2);
        var first = _builder.Add("relu", new Unary(new UnaryFunction(UnaryKind.Relu)), x);
        var second = _builder.Add("relu", new Unary(new UnaryFunction(UnaryKind.Relu)), first);
        Assert.Equal(["relu", "relu_2"], _builder.Build([second], []).Nodes.Select(n => n.Name));
    }

    [Fact]
    public void NodesThatNoOutputNeedsAreDropped()
    {
        var x = Input(2);
        _builder.Add("unused", new Unary(new UnaryFunction(UnaryKind.Exp)), x);
        var y = _builder.Add("y", new Unary(new UnaryFunction(UnaryKind.Relu)), x);
        Assert.Equal("y", Assert.Single(_builder.Build([y], []).Nodes).Name);
    }

    [Fact]
    public void ConstantsOfAnySizeFoldToOnesOfTheirOwnSize()
    {
        var large = GraphBuilder.Constant("c", Tensor.Zeros(ElementType.U8, 2, (1 << 23) + 1));
        Assert.NotNull(_builder.Add("y", new Transpose([1, 0]), large).Constant);
        Assert.Null(_builder.Add("z", new Expand([2, 2, (1 << 23) + 1]), large).Constant);
    }

    [Fact]
    public void ConstantsFold()
    {
        var y = _builder.Add("y", new Transpose([1, 0]), GraphBuilder.Constant("c", [1, 2, 3, 4, 5, 6f], 2, 3));
        Assert.Equal([1, 4, 2, 5, 3, 6f], y.Constant!.Span<float>().ToArray());
        Assert.Equal([3L, 2L], y.Constant.Shape);
    }

    /// <summary>Found by fuzzing: a size of two that is open in the shape, and must be the input's.</summary>
    [Fact]
    public void AnExpansionToAnOpenSizeThatTheConstantHasFolds()
    {
        var n = IntExpr.Symbol("n");
        Assert.Equal([1, 2, 1, 2f], _builder.Add("y", new Expand([2, n]), GraphBuilder.Constant("c", [1, 2f], 2)).Constant!.Span<float>()
            .ToArray());
        Assert.Null(_builder.Add("z", new Expand([2, n]), GraphBuilder.Constant("d", [1f], 1)).Constant);
    }

    [Fact]
    public void LargeExpansionStaysANode()
    {
        var y = _builder.Add("y", new Expand([1 << 13, 1 << 13]), GraphBuilder.Constant("c", [1f]));
        Assert.Null(y.Constant);
        Assert.Single(_builder.Build([y], []).Nodes);
    }

    [Fact]
    public void ShapesThatDoNotFitAreRefused() =>
        Assert.Throws<ShapeException>(() => _builder.Add("y", new MatMul(), Input(2, 3), GraphBuilder.Constant("w", [1, 2f], 2, 1)));

    [Fact]
    public void IntegersOfShapesAreComputedAsExpressions()
    {
        var (n, m) = (IntExpr.Symbol("n"), IntExpr.Symbol("m"));
        var shape = GraphBuilder.Integers("shape", [n, 3, m]);
        var picked = _builder.Add("picked", new Gather(0), shape, GraphBuilder.Constant("i", Tensor.Create([-1L, 0L], 2)));
        var doubled = _builder.Add("doubled", new Binary(BinaryKind.Mul), picked, GraphBuilder.Constant("two", Tensor.Create([2L])));
        var joined = _builder.Add("joined", new Concat(0), doubled, shape);
        Assert.Equal(["2 * m", "2 * n", "n", "3", "m"], joined.Integers!.Select(e => e.ToString()));
        Assert.Equal("I64[5]", joined.Type.ToString());
    }

    [Fact]
    public void QuotientOfAPossiblyNegativeExpressionIsNotComputed()
    {
        var two = GraphBuilder.Constant("two", Tensor.Create([2L], 1));
        Assert.Equal("floordiv(n, 2)",
            _builder.Add("half", new Binary(BinaryKind.Div), GraphBuilder.Integers("n", [IntExpr.Symbol("n")]), two).Integers![0]
            .ToString());
        var rounded = _builder.Add("half", new Binary(BinaryKind.Div), GraphBuilder.Integers("less", [IntExpr.Symbol("n") - 5]), two);
        Assert.Null(rounded.Integers);
        Assert.Equal("Div", rounded.Producer!.Op.Kind);
    }

    [Fact]
    public void SymbolsBecomeDataWhereTheyAreRead()
    {
        var n = GraphBuilder.Integers("n", [IntExpr.Symbol("n")]);
        var single = _builder.Add("single", new Cast(ElementType.F32), n);
        var twice = _builder.Add("double", new Cast(ElementType.F64), n);
        var nodes = _builder.Build([single, twice], [new("n", "n")]).Nodes;
        Assert.Equal(["Dimensions", "Cast", "Cast"], nodes.Select(node => node.Op.Kind));
        Assert.Same(nodes[0].Output, nodes[2].Input(0));
    }

    [Theory]
    [InlineData(nameof(CompareKind.Equal), -1, false)]
    [InlineData(nameof(CompareKind.Less), 1, false)]
    [InlineData(nameof(CompareKind.GreaterOrEqual), 1, true)]
    [InlineData(nameof(CompareKind.Greater), 0, true)]
    [InlineData(nameof(CompareKind.LessOrEqual), 0, false)]
    [InlineData(nameof(CompareKind.Equal), 3, null)]
    [InlineData(nameof(CompareKind.Greater), 1, null)]
    public void ComparisonsOfDimensionsAreDecidedWhereEverySizeAgrees(string kind, long number, bool? expected)
    {
        var compared = _builder.Add("compared", new Compare(Enum.Parse<CompareKind>(kind)),
            GraphBuilder.Integers("n", [IntExpr.Symbol("n")]), GraphBuilder.Constant("number", Tensor.Create([number], 1)));
        Assert.Equal(expected, compared.Constant?.Span<bool>()[0]);
    }

    [Fact]
    public void ExtremesOfExpressionsOfKnownOrderDisappear()
    {
        var n = IntExpr.Symbol("n");
        Assert.Equal(n, IntExpr.Max(n, 0));
        Assert.Equal(n + 1, IntExpr.Max(n + 1, n));
        Assert.Equal("min(512, n)", IntExpr.Max(IntExpr.Min(n, 512), 0).ToString());
        Assert.Equal("floordiv(n + 1, 2)", IntExpr.Max(0, IntExpr.CeilDiv(n, 2)).ToString());
        Assert.Equal("max(0, n - 2)", IntExpr.Max(n - 2, 0).ToString());
    }
}

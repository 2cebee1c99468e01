using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Rewrites;
using Xunit;

namespace MixPrec.Compiler.Tests.Rewrites;

public sealed class FuseGatesTests : RewriteTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void GeluWithFactorsInAnyOrder(int order)
    {
        var x = Input(2, 9);
        var erf = Unary(UnaryKind.Erf, order < 2 ? Divided(x, 1.4142135f) : Times(x, 0.70710677f));
        Fused(new(UnaryKind.Gelu), HalfGated(x, erf, order));
    }

    [Theory]
    [InlineData(0, "power")]
    [InlineData(1, "product")]
    [InlineData(2, "factored")]
    [InlineData(3, "power")]
    public void TanhGeluWithFactorsInAnyOrder(int order, string cube)
    {
        var x = Input(2, 9);
        var inner = cube switch
        {
            "power" => Times(Binary(BinaryKind.Add, x, Times(Binary(BinaryKind.Pow, x, Number(3)), 0.044715f)), 0.7978846f),
            "product" => Times(Binary(BinaryKind.Add, Times(Binary(BinaryKind.Mul, Binary(BinaryKind.Mul, x, x), x), 0.044715f), x),
                0.7978846f),
            _ => Binary(BinaryKind.Mul, Times(x, 0.7978846f),
                Binary(BinaryKind.Add, Number(1), Times(Binary(BinaryKind.Mul, x, x), 0.044715f))),
        };
        Fused(new(UnaryKind.GeluTanh), HalfGated(x, Unary(UnaryKind.Tanh, inner), order));
    }

    [Fact]
    public void ValueTimesItsSigmoid()
    {
        var x = Input(2, 9);
        Fused(new(UnaryKind.Swish, 1), Binary(BinaryKind.Mul, Unary(UnaryKind.Sigmoid, x), x));
    }

    [Fact]
    public void ValueTimesTheSigmoidOfItsMultiple()
    {
        var x = Input(2, 9);
        Fused(new(UnaryKind.Swish, 1.702f), Binary(BinaryKind.Mul, x, Unary(UnaryKind.Sigmoid, Times(x, 1.702f))));
    }

    /// <summary>The argument is itself a product: the factors of the gate are not confused with its own.</summary>
    [Fact]
    public void TheArgumentMayBeAProduct()
    {
        var input = Input(2, 9);
        var x = Binary(BinaryKind.Mul, input, Unary(UnaryKind.Neg, input));
        var graph = Build(HalfGated(x, Unary(UnaryKind.Erf, Divided(x, 1.4142135f)), 1));
        var fused = FuseGates.Apply(graph);
        Assert.Equal(["Neg", "Mul", "Gelu"], fused.Nodes.Select(n => n.Op.Kind));
        AssertSameResult(graph, fused);
    }

    [Fact]
    public void ASigmoidThatOthersReadStays()
    {
        var x = Input(2, 9);
        var gate = Unary(UnaryKind.Sigmoid, x);
        Stays(Binary(BinaryKind.Mul, x, gate), gate);
    }

    [Fact]
    public void TheSigmoidOfAnotherValueStays()
    {
        var x = Input(2, 9);
        Stays(Binary(BinaryKind.Mul, Unary(UnaryKind.Neg, x), Unary(UnaryKind.Sigmoid, x)));
    }

    [Theory]
    [InlineData(0.70710677f, 1f, 0.5f, true)]
    [InlineData(0.7071f, 1f, 0.5f, false)]
    [InlineData(0.70710677f, 1.0001f, 0.5f, false)]
    [InlineData(0.70710677f, 1f, 1f, false)]
    public void OtherConstantsStay(float inner, float added, float factor, bool fuses)
    {
        var x = Input(2, 9);
        var graph = Build(Times(Binary(BinaryKind.Mul, x, Binary(BinaryKind.Add, Unary(UnaryKind.Erf, Times(x, inner)), Number(added))),
            factor));
        Assert.Equal(fuses, FuseGates.Apply(graph).Nodes.Count == 1);
    }

    [Fact]
    public void AConstantThatMakesTheResultLargerStays()
    {
        var x = Input(9);
        var one = GraphBuilder.Constant("one", [1f], 1, 1);
        Stays(Times(Binary(BinaryKind.Mul, x, Binary(BinaryKind.Add, Unary(UnaryKind.Erf, Divided(x, 1.4142135f)), one)), 0.5f));
    }

    private Value HalfGated(Value x, Value gate, int order)
    {
        var one = Number(1);
        return order switch
        {
            0 => Times(Binary(BinaryKind.Mul, x, Binary(BinaryKind.Add, gate, one)), 0.5f),
            1 => Binary(BinaryKind.Mul, Times(x, 0.5f), Binary(BinaryKind.Add, one, gate)),
            2 => Binary(BinaryKind.Mul, Times(Binary(BinaryKind.Add, gate, one), 0.5f), x),
            _ => Binary(BinaryKind.Add, Times(x, 0.5f), Binary(BinaryKind.Mul, Times(x, 0.5f), gate)),
        };
    }

    private Value Times(Value x, float factor) => Binary(BinaryKind.Mul, x, Number(factor));

    private Value Divided(Value x, float divisor) => Binary(BinaryKind.Div, x, Number(divisor));

    private void Fused(UnaryFunction function, Value output)
    {
        var graph = Build(output);
        var fused = FuseGates.Apply(graph);
        Assert.Equal(new Unary(function), Assert.Single(fused.Nodes).Op);
        AssertSameResult(graph, fused);
    }

    private void Stays(params Value[] outputs)
    {
        var graph = Build(outputs);
        Assert.Equal(graph.Nodes.Select(n => n.Op), FuseGates.Apply(graph).Nodes.Select(n => n.Op));
    }
}

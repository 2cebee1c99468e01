using MixPrec.Compiler.Graphs;
using MixPrec.Plan;
using Xunit;
using static MixPrec.Compiler.Tests.Onnx.RefusedModel;

namespace MixPrec.Compiler.Tests.Onnx;

/// <summary>What becomes a weight of a layer has to be finite; other constants need not.</summary>
public sealed class FiniteWeightsTests
{
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void WeightThatIsNotFinite(float element)
    {
        foreach (string node in new[] { "MatMul y bad", "Gemm y bad", "Gemm bad y", "LayerNormalization y row" })
        {
            using var model = Small().Initializer("bad", Tensor.Create([1, 0, element, 1], 2, 2)).Initializer("row", Tensor.Create([1, element], 2))
                .Node($"z = {node}").Output("z");
            string message = Refused(model, "MXP3005").Message;
            Assert.Contains($"'{node.Split(' ')[0]}_z'", message, StringComparison.Ordinal);
            Assert.Contains(node.Contains("bad", StringComparison.Ordinal) ? "'bad'" : "'row'", message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Add y bad")]
    [InlineData("Max y bad")]
    [InlineData("Where yes y bad")]
    public void ConstantThatIsNoWeight(string node)
    {
        foreach (float element in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            using var model = Small().Initializer("bad", Tensor.Create([1, element], 2))
                .Initializer("yes", Tensor.Create<bool>(ElementType.Bool, [true])).Node($"z = {node}").Output("z");
            Assert.NotNull(model.Graph());
        }
    }

    /// <summary>A column that never wins: added behind the product, so that nothing is scaled by it.</summary>
    [Fact]
    public void InfiniteAddendIsNoBias()
    {
        using var model = Small().Initializer("u", Tensor.Create([1, 2, 3, 4f], 2, 2))
            .Initializer("b", Tensor.Create([0.5f, float.NegativeInfinity], 2)).Node("z = Gemm y u b").Output("z");
        var graph = model.Graph();
        Assert.All(graph.Nodes.Where(n => n.Op is MixPrec.Compiler.Graphs.Ops.MatMul), n => Assert.Null(n.InputOrNull(2)));
        using var wrong = Small().Initializer("u", Tensor.Create([1, 2, 3, 4f], 2, 2)).Initializer("b", Tensor.Create([0.5f, float.NaN], 2))
            .Node("z = Gemm y u b").Output("z");
        Assert.Contains("'b'", Refused(wrong, "MXP3005").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void InfiniteBoundIsNoWeight()
    {
        using var model = Small().Initializer("high", Tensor.Create([float.PositiveInfinity])).Node("z = Clip y _ high").Output("z");
        Assert.NotNull(model.Graph());
    }
}

using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Onnx;

/// <summary>Values at the edge of an operator's definition, as the class that would ship has them.</summary>
public sealed class CornerTests
{
    private const float Infinity = float.PositiveInfinity;

    [Fact]
    public void LogarithmsOfSumsKeepInfinities()
    {
        using var model = new TinyModel(18).Input("x", 4, 2).Integers("axes", 1)
            .Node("y = ReduceLogSumExp x axes", TinyModel.Attribute("keepdims", 0)).Output("y");
        var y = EmittedModel.Run(model, Tensor.Create([-Infinity, -Infinity, Infinity, 0, -Infinity, 3, float.NaN, -Infinity], 4, 2))[0];
        Assert.Equal([-Infinity, Infinity, 3, float.NaN], y.Span<float>().ToArray());
    }

    /// <summary>Beyond an edge the cubic's pixels repeat the edge, and its weights stay those of the position.</summary>
    [Fact]
    public void CubicSamplesBeyondTheBorder()
    {
        using var model = new TinyModel(20).Input("x", 1, 1, 3, 3).Input("grid", 1, 1, 2, 2)
            .Node("y = GridSample x grid", TinyModel.Attribute("mode", "cubic"),
            TinyModel.Attribute("padding_mode", "border"), TinyModel.Attribute("align_corners", 1)).Output("y");
        var y = EmittedModel.Run(model, Tensor.Create([1, 2, 3, 4, 5, 6, 7, 8, 9f], 1, 1, 3, 3),
            Tensor.Create([-1.2f, 0, 1.3f, 0.2f], 1, 1, 2, 2))[0];
        Assert.Equal(3.904f, y.Span<float>()[0], 5e-4);
        Assert.Equal(6.926f, y.Span<float>()[1], 5e-4);
    }

    /// <summary>Codes, scale and zero point of nothing but zeros bring the zeros back.</summary>
    [Fact]
    public void ZerosAreQuantizedWithAScaleOfOne()
    {
        using var model = new TinyModel().Input("x", 3).Node("codes scale zero = DynamicQuantizeLinear x")
            .Node("y = DequantizeLinear codes scale zero").Output("codes").Output("scale").Output("zero").Output("y");
        var outputs = EmittedModel.Run(model, Tensor.Create([0, 0, 0f], 3));
        Assert.Equal([0, 0, 0], outputs[0].Bytes.ToArray());
        Assert.Equal([1f], outputs[1].Span<float>().ToArray());
        Assert.Equal([0, 0, 0f], outputs[3].Span<float>().ToArray());
    }

    /// <summary>The position of the extreme is the position of what ReduceMax and ReduceMin return: of a NaN where there is one.</summary>
    [Theory]
    [InlineData(0, new long[] { 1, 0, 2 }, new long[] { 1, 1, 0 })]
    [InlineData(1, new long[] { 2, 0, 2 }, new long[] { 2, 1, 1 })]
    public void PositionsOfExtremesBesideNaN(int last, long[] largest, long[] smallest)
    {
        using var model = new TinyModel().Input("x", 3, 3)
            .Node("a = ArgMax x", TinyModel.Attribute("axis", 1), TinyModel.Attribute("keepdims", 0),
                TinyModel.Attribute("select_last_index", last))
            .Node("b = ArgMin x", TinyModel.Attribute("axis", 1), TinyModel.Attribute("keepdims", 0),
                TinyModel.Attribute("select_last_index", last)).Output("a").Output("b");
        var y = EmittedModel.Run(model, Tensor.Create([3, float.NaN, float.NaN, 5, 1, 2, 0, 0, 4f], 3, 3));
        Assert.Equal(largest, y[0].ToInt64());
        Assert.Equal(smallest, y[1].ToInt64());
    }

    [Fact]
    public void WrappingGoesRoundMoreThanOnce()
    {
        using var model = new TinyModel(19).Input("x", 3).Integers("pads", 7, 4).Node("y = Pad x pads", TinyModel.Attribute("mode", "wrap"))
            .Output("y");
        Assert.Equal([2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0f],
            EmittedModel.Run(model, Tensor.Create([0, 1, 2f], 3))[0].Span<float>().ToArray());
    }

    [Theory]
    [InlineData("y = Gather x i", "2")]
    [InlineData("y = GatherND x i", "1,1")]
    [InlineData("y = GatherElements x i", "2,1")]
    [InlineData("y = ScatterElements x i u", "2,1")]
    [InlineData("y = ScatterND x i u", "2,1")]
    public void AnIndexBeyondTheAxisIsRefusedByName(string node, string shape)
    {
        int[] size = [.. shape.Split(',').Select(int.Parse)];
        bool scatters = node.Contains("Scatter", StringComparison.Ordinal);
        using var model = new TinyModel(18).Input("x", 4, 2).Input("i", ElementType.I64, [.. size.Select(d => (object)d)]).Node(node)
            .Output("y");
        _ = scatters ? model.Input("u", node.Contains("ND", StringComparison.Ordinal) ? 2 : size[0],
            node.Contains("ND", StringComparison.Ordinal) ? 2 : size[1]) : model;
        Tensor[] inputs =
        [
            Tensor.Zeros(ElementType.F32, 4, 2),
                Tensor.Create([.. Enumerable.Repeat(9L, size.Aggregate(1, (a, b) => a * b))], [.. size.Select(d => (long)d)]),
            .. scatters ? [Tensor.Zeros(ElementType.F32, [.. model.Graph().Inputs[2].Shape.Select(d => d.Value)])] : (Tensor[])[],
        ];
        var error = Assert.Throws<MixPrecException>(() => EmittedModel.Run(model, inputs));
        Assert.Equal("MXP3027", error.Description.Id);
        Assert.Contains("index 9 is outside an axis of", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ASequenceLongerThanItsStepsIsRefused()
    {
        using var model = new TinyModel().Input("x", 4, 2).Input("lengths", ElementType.I64, 2).Node("y = ReverseSequence x lengths")
            .Output("y");
        var error = Assert.Throws<MixPrecException>(() =>
            EmittedModel.Run(model, Tensor.Zeros(ElementType.F32, 4, 2), Tensor.Create([5L, 1], 2)));
        Assert.Equal("MXP3027", error.Description.Id);
    }

    /// <summary>Backwards over an axis without positions there is nothing, not one position.</summary>
    [Fact]
    public void AReversedSliceOfNothingIsNothing()
    {
        using var model = new TinyModel().Initializer("x", Tensor.Zeros(ElementType.F32, 0, 2)).Integers("starts", -1)
            .Integers("ends", long.MinValue).Integers("axes", 0).Integers("steps", -1)
            .Node("y = Slice x starts ends axes steps").Output("y");
        Assert.Equal("F32[0, 2]", model.Graph().Outputs[0].Type.ToString());
    }
}

using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Onnx;

/// <summary>Shapes that the model computes from its own symbolic dimensions become expressions; no node of theirs is left.</summary>
public sealed class ShapeSubgraphTests
{
    [Fact]
    public void FlattenAsExportersWriteIt()
    {
        using var model = new TinyModel().Input("x", "batch", 3, 4).Integers("zero", 0).Integers("rest", -1)
            .Node("s = Shape x").Node("n = Gather s zero").Node("target = Concat n rest", TinyModel.Attribute("axis", 0L))
                .Node("y = Reshape x target").Output("y");
        var graph = model.Graph();
        Assert.Equal("F32[batch, 12]", Assert.Single(graph.Nodes).Output.Type.ToString());
    }

    [Fact]
    public void ArithmeticOnScalars()
    {
        using var model = new TinyModel().Input("x", "batch", "sequence", 8).Initializer("zero", Tensor.Create([0L]))
            .Initializer("one", Tensor.Create([1L])).Initializer("two", Tensor.Create([2L])).Integers("axis", 0).Integers("four", 4)
            .Node("s = Shape x").Node("b = Gather s zero").Node("t = Gather s one").Node("rows = Mul b t").Node("twice = Mul rows two")
                .Node("twice32 = Cast twice", TinyModel.Attribute("to", 6L))
            .Node("twice64 = Cast twice32", TinyModel.Attribute("to", 7L)).Node("u = Unsqueeze twice64 axis")
                .Node("target = Concat u four", TinyModel.Attribute("axis", 0L)).Node("y = Reshape x target").Output("y");
        var graph = model.Graph();
        Assert.Equal("F32[2 * batch * sequence, 4]", Assert.Single(graph.Nodes).Output.Type.ToString());
    }

    /// <summary>Whether heads divide evenly decides a dimension, as the expanded form of attention asks.</summary>
    [Theory]
    [InlineData(6L, "F32[2, 3]")]
    [InlineData(7L, "F32[6, 1]")]
    public void RestOfADivisionAsACondition(long heads, string type)
    {
        using var model = new TinyModel().Input("x", 6).Integers("heads", heads).Integers("three", 3).Integers("zero", 0)
            .Integers("even", 2, 3).Integers("odd", 6, 1)
            .Node("rest = Mod heads three").Node("divides = Equal rest zero").Node("target = Where divides even odd")
                .Node("y = Reshape x target").Output("y");
        Assert.Equal(type, model.Graph().Outputs[0].Type.ToString());
    }

    [Fact]
    public void RestOfADivisionOfADimension()
    {
        using var model = new TinyModel().Input("x", "n").Integers("four", 4).Initializer("one", Tensor.Create([1f], 1))
            .Node("s = Shape x").Node("rest = Mod s four").Node("y = Expand one rest").Output("y");
        Assert.Equal("F32[-4 * floordiv(n, 4) + n]", model.Graph().Outputs[0].Type.ToString());
    }

    [Fact]
    public void DivisionSliceAndSqueeze()
    {
        using var model = new TinyModel().Input("x", "n", 6).Integers("zero", 0).Integers("one", 1).Initializer("three", Tensor.Create([3L]))
            .Integers("rest", -1)
            .Node("s = Shape x").Node("n = Slice s zero one").Node("m = Squeeze n zero").Node("six = Mul m three")
                .Node("back = Div six three").Node("v = Unsqueeze back zero")
            .Node("target = Concat rest v", TinyModel.Attribute("axis", 0L)).Node("y = Reshape x target").Output("y");
        Assert.Equal("F32[6, n]", Assert.Single(model.Graph().Nodes).Output.Type.ToString());
    }

    [Fact]
    public void ConstantOfSymbolicShape()
    {
        using var model = new TinyModel().Input("x", "batch", 3).Node("s = Shape x")
            .Node("c = ConstantOfShape s", TinyModel.Attribute("value", Tensor.Create([2f], 1))).Node("y = Add x c").Output("y");
        var graph = model.Graph();
        Assert.Equal(["ConstantOfShape_c", "Add_y"], graph.Nodes.Select(n => n.Name));
        Assert.IsType<Expand>(graph.Nodes[0].Op);
    }

    /// <summary>The dimensions of a run are data like any other: a step fills them in, and a bound dimension is a constant.</summary>
    [Fact]
    public void ShapeAsData()
    {
        using var model = new TinyModel().Input("x", "batch", 3).Node("s = Shape x").Node("f = Cast s", TinyModel.Attribute("to", 1L))
            .Output("f");
        var dimensions = Assert.IsType<Dimensions>(Assert.Single(model.Graph().Nodes, n => n.Op is Dimensions).Op);
        Assert.Equal(["batch", "3"], dimensions.Elements.Select(e => e.ToString()));
        Assert.Equal([4f, 3f], model.Graph("batch=4").Outputs[0].Constant!.Span<float>().ToArray());
    }

    [Fact]
    public void ShapeAsOutput()
    {
        using var model = new TinyModel().Input("x", "batch", 3).Node("s = Shape x").Output("s");
        var dimensions = Assert.IsType<Dimensions>(Assert.Single(model.Graph().Nodes, n => n.Op is Dimensions).Op);
        Assert.Equal(["batch", "3"], dimensions.Elements.Select(e => e.ToString()));
        Assert.Equal([4L, 3L], model.Graph("batch=4").Outputs[0].Constant!.ToInt64());
    }

    [Theory]
    [InlineData(0L, long.MaxValue, 1L, "n")]
    [InlineData(1L, long.MaxValue, 1L, "n - 1")]
    [InlineData(0L, -1L, 1L, "n - 1")]
    [InlineData(-1L, long.MaxValue, 1L, "1")]
    [InlineData(-1L, long.MinValue, -1L, "n")]
    [InlineData(0L, 1L, 1L, "1")]
    [InlineData(0L, long.MaxValue, 2L, "floordiv(n + 1, 2)")]
    public void SlicesOfASymbolicDimension(long start, long end, long step, string size)
    {
        using var model = new TinyModel().Input("x", "n", 3).Integers("starts", start).Integers("ends", end).Integers("axes", 0)
            .Integers("steps", step)
            .Node("y = Slice x starts ends axes steps").Output("y");
        Assert.Equal($"F32[{size}, 3]", model.Graph().Outputs[0].Type.ToString());
    }
}

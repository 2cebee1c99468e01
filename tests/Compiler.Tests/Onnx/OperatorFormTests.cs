using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Onnx;

/// <summary>The forms that operators took over the opsets arrive as the same operation.</summary>
public sealed class OperatorFormTests
{
    private static Tensor Ones(params long[] shape) => Tensor.Create([.. Enumerable.Repeat(1f, (int)Tensor.Count(shape))], shape);

    private static Node Only(TinyModel model) => Assert.Single(model.Output("y").Graph().Nodes);

    [Theory]
    [InlineData("SAME_UPPER", 1L, 0, 0, 1, 1, "4, 4")]
    [InlineData("SAME_LOWER", 1L, 1, 1, 0, 0, "4, 4")]
    [InlineData("SAME_UPPER", 3L, 0, 0, 1, 1, "2, 2")]
    [InlineData("VALID", 1L, 0, 0, 0, 0, "3, 3")]
    public void AutoPadOfConv(string mode, long stride, int top, int left, int bottom, int right, string size)
    {
        long columnStride = stride == 3 ? 2 : stride;
        using var model = new TinyModel().Input("x", 1, 1, 4, stride == 3 ? 3 : 4).Initializer("w", Ones(1, 1, 2, 2))
            .Node("y = Conv x w", TinyModel.Attribute("auto_pad", mode), TinyModel.Attribute("strides", stride, columnStride));
        var node = Only(model);
        var conv = (Conv)node.Op;
        Assert.Equal([top, left, bottom, right], conv.PadsBegin.Concat(conv.PadsEnd));
        Assert.Equal($"F32[1, 1, {size}]", node.Output.Type.ToString());
    }

    [Fact]
    public void GemmBecomesAProductWithBias()
    {
        using var model = new TinyModel().Input("x", "batch", 3).Initializer("w", Tensor.Create([1, 2, 3, 4, 5, 6f], 2, 3))
            .Initializer("c", Tensor.Create([1, 2f], 2))
            .Node("y = Gemm x w c", TinyModel.Attribute("transB", 1L), TinyModel.Attribute("alpha", 2f), TinyModel.Attribute("beta", 3f));
        var node = Only(model);
        Assert.Equal([2, 8, 4, 10, 6, 12f], node.Input(1).Constant!.Span<float>().ToArray());
        Assert.Equal([3, 6f], node.Input(2).Constant!.Span<float>().ToArray());
        Assert.True(node.IsQuantizable());
        Assert.Equal("Gemm_y", node.Name);
    }

    [Fact]
    public void GemmWithAColumnAddsIt()
    {
        using var model = new TinyModel().Input("x", 2, 3).Initializer("w", Ones(3, 4)).Initializer("c", Ones(2, 1)).Node("y = Gemm x w c")
            .Output("y");
        Assert.Equal(["Gemm_y/product", "Gemm_y"], model.Graph().Nodes.Select(n => n.Name));
    }

    [Theory]
    [InlineData(new[] { 3 }, new[] { 3 }, "F32[]")]
    [InlineData(new[] { 3 }, new[] { 5, 3, 2 }, "F32[5, 2]")]
    [InlineData(new[] { 5, 2, 3 }, new[] { 3 }, "F32[5, 2]")]
    public void VectorsInMatMul(int[] a, int[] b, string type)
    {
        using var model = new TinyModel().Input("a", [.. a]).Input("b", [.. b]).Node("y = MatMul a b").Output("y");
        Assert.Equal(type, model.Graph().Outputs[0].Type.ToString());
    }

    [Fact]
    public void BatchNormalizationIsScaleAndShift()
    {
        using var model = new TinyModel().Input("x", 1, 2, 3).Initializer("scale", Tensor.Create([2, 3f], 2))
            .Initializer("shift", Tensor.Create([1, 1f], 2))
            .Initializer("mean", Tensor.Create([4, 5f], 2)).Initializer("variance", Tensor.Create([4, 9f], 2))
            .Node("y = BatchNormalization x scale shift mean variance", TinyModel.Attribute("epsilon", 0f)).Output("y");
        var graph = model.Graph();
        Assert.Equal([1, 1f], graph.Nodes[0].Input(1).Constant!.Span<float>().ToArray());
        Assert.Equal([-3, -4f], graph.Nodes[1].Input(1).Constant!.Span<float>().ToArray());
        Assert.Equal([2L, 1L], graph.Nodes[0].Input(1).Constant!.Shape);
    }

    [Fact]
    public void ClipByAttributesAndByInputs()
    {
        using var old = new TinyModel(10).Input("x", 2).Node("y = Clip x", TinyModel.Attribute("min", 0f), TinyModel.Attribute("max", 6f));
        using var current = new TinyModel().Input("x", 2).Initializer("low", Tensor.Create([0f])).Initializer("high", Tensor.Create([6f]))
            .Node("y = Clip x low high");
        Assert.Equal(new Unary(UnaryFunction.Clip(0, 6)), Only(old).Op);
        Assert.Equal(new Unary(UnaryFunction.Clip(0, 6)), Only(current).Op);
    }

    [Fact]
    public void SoftmaxBeforeOpset13IsOfAMatrix()
    {
        using var old = new TinyModel(11).Input("x", 2, 3, 4).Node("y = Softmax x").Output("y");
        Assert.Equal([new Reshape([2, 12]), new Softmax(1, false), new Reshape([2, 3, 4])], old.Graph().Nodes.Select(n => n.Op));
        using var current = new TinyModel(13).Input("x", 2, 3, 4).Node("y = Softmax x");
        Assert.Equal(new Softmax(2, false), Only(current).Op);
    }

    [Fact]
    public void SplitByAttributeInputAndNumber()
    {
        using var attribute = new TinyModel(11).Input("x", 5, 2).Node("a b = Split x", TinyModel.Attribute("split", 2L, 3L)).Output("a")
            .Output("b");
        using var input = new TinyModel(13).Input("x", 5, 2).Integers("s", 2, 3).Node("a b = Split x s").Output("a").Output("b");
        using var number = new TinyModel(18).Input("x", 5, 2).Node("a b = Split x", TinyModel.Attribute("num_outputs", 2L)).Output("a")
            .Output("b");
        Assert.Equal(["F32[2, 2]", "F32[3, 2]"], attribute.Graph().Outputs.Select(o => o.Type.ToString()));
        Assert.Equal(["F32[2, 2]", "F32[3, 2]"], input.Graph().Outputs.Select(o => o.Type.ToString()));
        Assert.Equal(["F32[3, 2]", "F32[2, 2]"], number.Graph().Outputs.Select(o => o.Type.ToString()));
    }

    [Fact]
    public void PadByAttributeInputAndAxes()
    {
        using var attribute = new TinyModel(10).Input("x", 2, 3)
            .Node("y = Pad x", TinyModel.Attribute("pads", 0L, 1L, 0L, 2L), TinyModel.Attribute("value", 1f));
        using var axes = new TinyModel(18).Input("x", 2, 3).Integers("pads", 1, 2).Initializer("value", Tensor.Create([1f]))
            .Integers("axes", -1).Node("y = Pad x pads value axes");
        var expected = new Pad(PadMode.Constant, [0, 1], [0, 2]);
        foreach (var node in new[] { Only(attribute), Only(axes) })
        {
            Assert.Equal(expected, node.Op);
            Assert.Equal([1], node.Input(1).Constant!.Span<float>().ToArray());
        }
    }

    [Fact]
    public void ReduceByAttributeInputAndNothing()
    {
        using var attribute = new TinyModel().Input("x", 2, 3).Node("y = ReduceMean x", TinyModel.Attribute("axes", [-1L]),
            TinyModel.Attribute("keepdims", 0L));
        using var input = new TinyModel(18).Input("x", 2, 3).Integers("axes", -1)
            .Node("y = ReduceMean x axes", TinyModel.Attribute("keepdims", 0L));
        using var all = new TinyModel(18).Input("x", 2, 3).Node("y = ReduceSum x");
        Assert.Equal((new Reduce(ReduceKind.Mean, [1], true), "F32[2]"), Reduction(attribute));
        Assert.Equal((new Reduce(ReduceKind.Mean, [1], true), "F32[2]"), Reduction(input));
        Assert.Equal((new Reduce(ReduceKind.Sum, [0, 1], true), "F32[1, 1]"), Reduction(all));

        // Reduced dimensions stay as 1 in the operation; a reshape drops them.
        static (Reduce, string) Reduction(TinyModel model)
        {
            var graph = model.Output("y").Graph();
            return ((Reduce)Assert.Single(graph.Nodes, n => n.Op is Reduce).Op, graph.Outputs[0].Type.ToString());
        }
    }

    [Theory]
    [InlineData(new[] { 0L, -1L }, "F32[2, 12]")]
    [InlineData(new[] { -1L, 0L, 2L }, "F32[4, 3, 2]")]
    public void ReshapeKeepsAndFillsIn(long[] shape, string type)
    {
        using var model = new TinyModel().Input("x", 2, 3, 4).Integers("shape", shape).Node("y = Reshape x shape").Output("y");
        Assert.Equal(type, model.Graph().Outputs[0].Type.ToString());
    }

    [Fact]
    public void ConstantsOfEveryAttribute()
    {
        using var model = new TinyModel().Input("x", 2).Node("a = Constant", TinyModel.Attribute("value", Ones(2)))
            .Node("b = Constant", TinyModel.Attribute("value_float", 2f))
            .Node("c = Constant", TinyModel.Attribute("value_ints", 2L, -1L)).Node("d = Constant", TinyModel.Attribute("value_int", 3L))
                .Output("a").Output("b").Output("c").Output("d");
        Assert.Equal(["F32[2]", "F32[]", "I64[2]", "I64[]"], model.Graph().Outputs.Select(o => o.Type.ToString()));
    }

    [Fact]
    public void DropoutIsNothingAndItsMaskIsTrue()
    {
        using var model = new TinyModel().Input("x", 2).Node("d mask = Dropout x").Node("y = Relu d").Output("y").Output("mask");
        var graph = model.Graph();
        Assert.Equal(["Relu_y"], graph.Nodes.Select(n => n.Name));
        Assert.Equal([1, 1], graph.Outputs[1].Constant!.Bytes.ToArray());
        Assert.Equal(ElementType.Bool, graph.Outputs[1].Type.Element);
    }

    [Fact]
    public void PoolIndicesAreComputedWhenRead()
    {
        using var model = new TinyModel().Input("x", 1, 1, 4).Node("y i = MaxPool x", TinyModel.Attribute("kernel_shape", [2L])).Output("y")
            .Output("i");
        Assert.Equal(["F32[1, 1, 3]", "I64[1, 1, 3]"], model.Graph().Outputs.Select(o => o.Type.ToString()));
    }
}

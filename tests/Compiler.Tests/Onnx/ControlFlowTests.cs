using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Onnx;

public sealed class ControlFlowTests
{
    private static readonly Tensor True = Tensor.Create<bool>(ElementType.Bool, [true]),
        False = Tensor.Create<bool>(ElementType.Bool, [false]);

    /// <summary>A body as the graph of a file of its own, which may read values that it does not define.</summary>
    private static AttributeProto Body(string name, Func<TinyModel, TinyModel> content)
    {
        using var model = new TinyModel();
        return new AttributeProto { Name = name, Type = 5, G = content(model).Proto.Graph };
    }

    private static TinyModel Branches(TinyModel model, string then, string other) => model
        .Node("y = If c", Body("then_branch", b => b.Node($"t = {then}").Output("t")),
            Body("else_branch", b => b.Node($"e = {other}").Output("e"))).Output("y");

    [Theory]
    [InlineData(true, "Exp")]
    [InlineData(false, "Abs")]
    public void AConstantConditionLeavesOneBranch(bool condition, string kind)
    {
        using var model = Branches(new TinyModel().Input("x", 2).Initializer("c", Tensor.Create<bool>(ElementType.Bool, [condition])), "Exp x",
            "Abs x");
        Assert.Equal([kind, "Reshape"], model.Graph().Nodes.Select(n => n.Op.Kind));
    }

    [Fact]
    public void WhatABodyReadsComesBeforeIt()
    {
        using var model = Branches(new TinyModel().Input("x", 2).Input("c", ElementType.Bool), "Neg late", "Abs x").Node("late = Exp x");
        var graph = model.Graph();
        Assert.Equal("Exp", graph.Nodes.Single(n => n.Op.Kind == "Neg").Input(0).Producer!.Op.Kind);
    }

    [Fact]
    public void AConditionThatIsDataChoosesBetweenBoth()
    {
        using var model = Branches(new TinyModel().Input("x", 2).Input("c", ElementType.Bool, 1), "Neg x", "Abs x");
        var x = Tensor.Create([-1, 2f], 2);
        Assert.Equal([1, -2f], EmittedModel.Run(model, x, Tensor.Create<bool>(ElementType.Bool, [true], 1))[0].Span<float>().ToArray());
        Assert.Equal([1, 2f], EmittedModel.Run(model, x, Tensor.Create<bool>(ElementType.Bool, [false], 1))[0].Span<float>().ToArray());
    }

    [Fact]
    public void ABranchThatMayFailDoesNotRunUnwanted()
    {
        using var model = Branches(new TinyModel().Input("x", ElementType.I32, 2).Input("c", ElementType.Bool), "Div x x", "Abs x");
        var refusal = Assert.ThrowsAny<MixPrecException>(() => model.Graph());
        Assert.Equal("MXP3001", refusal.Description.Id);
        Assert.Contains("it may fail", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AConditionOnADimensionSaysWhatToBind()
    {
        using var model = new TinyModel(13).Input("x", "rows", 3).Integers("zero", 0).Integers("one", 1).Node("s = Shape x")
            .Node("d = Gather s zero").Node("c = Equal d one")
            .Node("y = If c", Body("then_branch", b => b.Node("t = Squeeze x zero").Output("t")),
                Body("else_branch", b => b.Node("e = Identity x").Output("e"))).Output("y");
        var refusal = Assert.ThrowsAny<MixPrecException>(() => model.Graph());
        Assert.Equal("MXP3008", refusal.Description.Id);
        Assert.EndsWith("input 0 ('c') has to be a truth value known when the model is built, because the branches return different ranks: output 0 is F32[3] of then_branch and F32[rows, 3] of else_branch; bind what it depends on: Dimensions=\"rows=…\".", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("F32[3]", model.Graph("rows=1").Outputs[0].Type.ToString());
        Assert.Equal("F32[2, 3]", model.Graph("rows=2").Outputs[0].Type.ToString());
    }

    private static TinyModel PowersOfTwo(Tensor? times, Tensor? condition)
    {
        var model = new TinyModel().Input("x", 2).Initializer("limit", Tensor.Create([3L]));
        _ = times is null ? model : model.Initializer("m", times);
        _ = condition is null ? model : model.Initializer("c", condition);
        return model.Node($"last all = Loop {(times is null ? "_" : "m")} {(condition is null ? "_" : "c")} x", Body("body", b => b
            .Input("i", ElementType.I64).Input("goes", ElementType.Bool).Input("v", 2)
            .Node("on = Less i limit").Node("w = Add v v").Node("part = Neg w").Output("on").Output("w").Output("part"))).Output("last")
                .Output("all");
    }

    [Fact]
    public void ALoopEndsByItsNumberOrItsCondition()
    {
        var x = Tensor.Create([1, 3f], 2);
        using var byNumber = PowersOfTwo(Tensor.Create([2L]), null);
        using var byCondition = PowersOfTwo(null, True);
        using var never = PowersOfTwo(Tensor.Create([2L]), False);
        Assert.Equal([4, 12f], EmittedModel.Run(byNumber, x)[0].Span<float>().ToArray());
        var results = EmittedModel.Run(byCondition, x);
        Assert.Equal([16, 48f], results[0].Span<float>().ToArray());
        Assert.Equal([4L, 2], results[1].Shape);
        Assert.Equal([-2, -6, -4, -12, -8, -24, -16, -48f], results[1].Span<float>().ToArray());
        Assert.Equal("F32[0, 2]", never.Graph().Outputs[1].Type.ToString());
        Assert.Equal("F32[2]", never.Graph().Outputs[0].Type.ToString());
    }

    [Fact]
    public void AScanRunsAlongAnAxisInEitherDirection()
    {
        using var model = new TinyModel().Input("start", 1).Input("x", 1, 3)
            .Node("sum sums = Scan start x", TinyModel.Attribute("num_scan_inputs", 1L), TinyModel.Attribute("scan_input_axes", [-1L]),
                TinyModel.Attribute("scan_input_directions", [1L]),
                TinyModel.Attribute("scan_output_axes", [1L]), TinyModel.Attribute("scan_output_directions", [1L]),
                Body("body", b => b.Input("s", 1).Input("e", 1).Node("t = Add s e").Node("u = Identity t").Output("t").Output("u")))
                    .Output("sum").Output("sums");
        var results = EmittedModel.Run(model, Tensor.Create([10f], 1), Tensor.Create([1, 2, 4f], 1, 3));
        Assert.Equal([17f], results[0].Span<float>().ToArray());
        Assert.Equal([1L, 3], results[1].Shape);
        Assert.Equal([17, 16, 14f], results[1].Span<float>().ToArray());
    }

    private static readonly AttributeProto Head = Body("then_branch", b =>
        b.Integers("zero", 0).Integers("two", 2).Node("t = Slice x zero two zero").Output("t")),
        Whole = Body("else_branch", b => b.Node("e = Neg x").Output("e"));

    /// <summary>The first two rows or all of them: how many is found out by the run.</summary>
    [Theory]
    [InlineData(true, new[] { 1f, 2, 3, 4 })]
    [InlineData(false, new[] { -1f, -2, -3, -4, -5, -6 })]
    public void BranchesMayDifferInASize(bool condition, float[] expected)
    {
        using var model = new TinyModel().Input("x", 3, 2).Input("c", ElementType.Bool).Node("y = If c", Head, Whole).Node("z = Add y y")
            .Output("y").Output("z");
        var results = EmittedModel.Run(model, Tensor.Create([1, 2, 3, 4, 5, 6f], 3, 2), Tensor.Create<bool>(ElementType.Bool, [condition]));
        Assert.Equal([expected.Length / 2, 2L], results[0].Shape);
        Assert.Equal(expected, results[0].Span<float>().ToArray());
        Assert.Equal(expected.Select(e => 2 * e), results[1].Span<float>().ToArray());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void BranchesMayDifferInSeveralSizesThatAreOpen(bool condition)
    {
        using var model = new TinyModel().Input("x", "rows", "columns").Input("c", ElementType.Bool).Node("y = If c",
            Body("then_branch", b => b.Node("t = Transpose x").Output("t")), Body("else_branch", b => b.Node("e = Identity x").Output("e")))
                .Output("y");
        model.Proto.Graph.Input[0].Type.TensorType.Shape.Dim[0].DimValue = 2;
        var y = EmittedModel.Run(model, Tensor.Create([1, 2, 3, 4, 5, 6f], 2, 3), Tensor.Create<bool>(ElementType.Bool, [condition]))[0];
        Assert.Equal(condition ? [3L, 2] : [2L, 3], y.Shape);
        Assert.Equal(condition ? [1, 4, 2, 5, 3, 6f] : [1, 2, 3, 4, 5, 6f], y.Span<float>().ToArray());
    }

    [Theory]
    [InlineData(true, new float[0])]
    [InlineData(false, new[] { -1f, -2, -3, -4, -5, -6 })]
    public void ABranchMayBeEmpty(bool condition, float[] expected)
    {
        using var model = new TinyModel().Input("x", "rows", 2).Input("c", ElementType.Bool).Node("y = If c",
            Body("then_branch", b => b.Integers("zero", 0).Node("t = Slice x zero zero zero").Output("t")), Whole).Node("z = Add y y")
                .Node("s = ReduceSum y", TinyModel.Attribute("keepdims", 0L)).Output("y").Output("z").Output("s");
        var results = EmittedModel.Run(model, Tensor.Create([1, 2, 3, 4, 5, 6f], 3, 2), Tensor.Create<bool>(ElementType.Bool, [condition]));
        Assert.Equal([expected.Length / 2, 2L], results[0].Shape);
        Assert.Equal(expected, results[0].Span<float>().ToArray());
        Assert.Equal(expected.Select(e => 2 * e), results[1].Span<float>().ToArray());
        Assert.Equal(expected.Sum(), results[2].Span<float>()[0]);
    }

    /// <summary>
    /// Memory has a rank before the run: which output and which ranks is said, and nothing can be bound where the condition is an input.
    /// </summary>
    [Fact]
    public void BranchesOfDifferentRanksOnDataAreNamed()
    {
        using var model = new TinyModel(13).Input("x", 1, 3).Input("c", ElementType.Bool).Integers("zero", 0).Node("y = If c",
            Body("then_branch", b => b.Node("t = Squeeze x zero").Output("t")),
                Body("else_branch", b => b.Node("e = Identity x").Output("e"))).Output("y");
        Assert.Contains("the branches return different ranks: output 0 is F32[3] of then_branch and F32[1, 3] of else_branch",
            Assert.ThrowsAny<MixPrecException>(() => model.Graph()).Message, StringComparison.Ordinal);
    }

    /// <summary>Squeeze as PyTorch writes it.</summary>
    [Theory]
    [InlineData(1, "F32[3]")]
    [InlineData(2, "F32[2, 3]")]
    public void SqueezeThatIsExportedAsAnIfFoldsWhereTheSizeIsKnown(int rows, string type)
    {
        using var model = new TinyModel(13).Input("x", rows, 3).Initializer("zero", Tensor.Create([0L])).Initializer("one", Tensor.Create([1L]))
            .Integers("axis", 0).Node("s = Shape x").Node("d = Gather s zero").Node("c = Equal one d")
            .Node("y = If c", Body("then_branch", b => b.Node("t = Squeeze x axis").Output("t")),
                Body("else_branch", b => b.Node("e = Identity x").Output("e"))).Output("y");
        Assert.Equal(type, model.Graph().Outputs[0].Type.ToString());
    }
}

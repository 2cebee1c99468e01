using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Onnx;

/// <summary>Inputs that the user makes constants: folded at import, and gone from the graph.</summary>
public sealed class ConstantBindingsTests
{
    [Theory]
    [InlineData("16000", 3)]
    [InlineData("8000", 2)]
    public void ABranchOnAConstantDisappears(string rate, long width)
    {
        using var model = Branching();
        var graph = Read(model, $"sr={rate}");
        Assert.Equal("x", Assert.Single(graph.Inputs).Name);
        Assert.Equal(width, graph.Outputs[0].Shape[1].Value);
        Assert.DoesNotContain(graph.Nodes, n => n.Op.Kind is "Equal" or "Where");
    }

    [Fact]
    public void TheHintNamesTheMetadataThatHelps()
    {
        using var model = Branching(3);
        var error = Assert.Throws<UnknownDataException>(() => Read(model, ""));
        Assert.EndsWith("bind what it depends on: Constants=\"sr=…\".", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A voice detector for two rates has a branch for each, and its input fits one of them.</summary>
    [Fact]
    public void ABranchThatDoesNotFitIsNoFaultWhereAnInputDecides()
    {
        using var model = Branching(5, 2);
        var error = Assert.Throws<UnknownDataException>(() => Read(model, ""));
        Assert.Contains("one of the branches does not fit (Node ", error.Message, StringComparison.Ordinal);
        Assert.Contains("(MatMul): ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("bind what it depends on: Constants=\"sr=…\".", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, Read(model, "sr=16000").Outputs[0].Shape[1].Value);
        Assert.Equal("MXP3004", Assert.Throws<MixPrecException>(() => Read(model, "sr=8000")).Description.Id);
    }

    /// <summary>
    /// A branch needs a dimension, and which branch it is needs an input: whoever binds the one alone comes back with the other.
    /// </summary>
    [Fact]
    public void WhatABranchNeedsIsNamedWithTheBranch()
    {
        using var model = new TinyModel().Input("x", "rows", 3).Input("sr", ElementType.I64).Initializer("rate", Tensor.Create([16000L]))
            .Node("is16 = Equal sr rate")
            .Node("y = If is16", Body("then_branch", b => b.Integers("zero", 0).Integers("one", 1).Node("s = Shape x")
                .Node("d = Gather s zero").Node("c = Equal d one")
                .Node("t = If c", Body("then_branch", t => t.Node("u = Squeeze x zero").Output("u")),
                    Body("else_branch", e => e.Node("v = Identity x").Output("v"))).Output("t")),
                Body("else_branch", b => b.Node("w = Identity x").Output("w"))).Output("y");
        var error = Assert.Throws<UnknownDataException>(() => Read(model, ""));
        Assert.EndsWith("bind what it depends on: Dimensions=\"rows=…\", and what else is needed then: Constants=\"sr=…\".", error.Message,
            StringComparison.Ordinal);
        Assert.Equal(2, OnnxModelReader.Read(model.Save(), DimensionBindings.Parse("rows=4"),
            ConstantBindings.Parse("sr=16000")).Graph.Outputs[0].Rank);

        // What is needed for a data set is what was refused, and nothing besides.
        Assert.Equal((0, "rows"), (error.Needed.Inputs.Count, Assert.Single(error.Needed.Dimensions)));
    }

    /// <summary>Two nodes, one behind the other, need two dimensions.</summary>
    [Fact]
    public void WhatLaterNodesNeedIsNamedAtOnce()
    {
        using var two = Squeezed(Squeezed(new TinyModel(13).Input("x", "rows", 3).Input("v", "columns", 3).Integers("zero", 0)
            .Integers("one", 1), "x"), "v");
        var error = Assert.Throws<UnknownDataException>(() => Read(two, ""));
        Assert.EndsWith("bind what it depends on: Dimensions=\"rows=…\", and what else is needed then: Dimensions=\"columns=…\".",
            error.Message, StringComparison.Ordinal);

        static TinyModel Squeezed(TinyModel model, string x) => model.Node($"{x}_s = Shape {x}").Node($"{x}_d = Gather {x}_s zero")
            .Node($"{x}_c = Equal {x}_d one")
            .Node($"{x}_y = If {x}_c", Body("then_branch", t => t.Node($"{x}_u = Squeeze {x} zero").Output($"{x}_u")),
                Body("else_branch", e => e.Node($"{x}_v = Identity {x}").Output($"{x}_v"))).Output($"{x}_y");
    }

    [Fact]
    public void WhatIsWrongWithConstantsAndDimensionsIsOneLine()
    {
        using var model = new TinyModel().Input("x", "batch", 3).Input("a", 3).Input("s", ElementType.U8).Node("t = Mul x a").Output("t");
        var error = Assert.Throws<MixPrecException>(() =>
            OnnxModelReader.Read(model.Save(), DimensionBindings.Parse("bach=1"), ConstantBindings.Parse("a=1,2;rate=3;s=256")));
        Assert.Equal("MXP1002", error.Description.Id);
        Assert.All(["which rate is not", "3 numbers for 'a', which is F32[3], instead of 2", "instead of 256",
            "Dimensions=\"bach=1\" is not valid: expected names among batch"],
            part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    /// <summary>Every condition that the sizes break, with what they make of it.</summary>
    [Fact]
    public void SizesThatContradictTheModelAreNamedTogether()
    {
        using var model = new TinyModel().Input("x", "a", "m").Input("y", "b", "n").Node("t = Add x y")
            .Node("z = Concat x y", TinyModel.Attribute("axis", 0L)).Output("t").Output("z");
        Assert.NotNull(OnnxModelReader.Read(model.Save(), DimensionBindings.Parse("a=4;b=4;m=5;n=5")).Graph);
        var error = Assert.Throws<MixPrecException>(() => OnnxModelReader.Read(model.Save(), DimensionBindings.Parse("a=4;b=3;m=5;n=6")));
        Assert.Equal("MXP1002", error.Description.Id);
        Assert.Contains("Dimensions=\"a=4;b=3;m=5;n=6\" is not valid: expected sizes that the model can run with: ", error.Message,
            StringComparison.Ordinal);
        Assert.Contains("b = a, here 3 and 4", error.Message, StringComparison.Ordinal);
        Assert.Contains("n = m, here 6 and 5", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OneNumberFillsAndSeveralAreElements()
    {
        using var model = new TinyModel().Input("x", 2, 3).Input("a", 3).Input("b", 2, 3).Node("t = Mul x a").Node("y = Add t b")
            .Output("y");
        var graph = Read(model, "a=1,0.5,-2;b=4");
        Assert.Equal([1f, 0.5f, -2f], Constant(graph, "Mul_t"));
        Assert.Equal([4f, 4, 4, 4, 4, 4], Constant(graph, "Add_y"));
    }

    [Theory]
    [InlineData("rate=16000", "names among the model's inputs (x, sr), which rate is not")]
    [InlineData("sr=1.5", "numbers that I64 has, the type of 'sr', instead of 1.5")]
    [InlineData("sr=1,2", "1 number for 'sr', which is I64[], instead of 2")]
    [InlineData("x=1", "inputs of constant shape, but 'x' is F32[batch, 3]: bind its dimensions with Dimensions")]
    public void WhatDoesNotFitIsRefused(string constants, string expected)
    {
        using var model = Branching();
        var error = Assert.Throws<MixPrecException>(() => Read(model, constants));
        Assert.Equal("MXP1002", error.Description.Id);
        Assert.Contains($"Constants=\"{constants}\" is not valid: expected {expected}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ElementType.F16, "70000")]
    [InlineData(ElementType.U8, "256")]
    [InlineData(ElementType.I32, "3000000000")]
    [InlineData(ElementType.F32, "1e39")]
    internal void ANumberThatTheTypeDoesNotHaveIsRefused(ElementType type, string number)
    {
        using var model = new TinyModel().Input("x", 2).Input("s", type).Node("y = Cast s", TinyModel.Attribute("to", 1L))
            .Node("z = Add x y").Output("z");
        Assert.Contains($"instead of {number}", Assert.Throws<MixPrecException>(() => Read(model, $"s={number}")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void LargeIntegersKeepTheirLastBit()
    {
        using var model = new TinyModel().Input("x", ElementType.I64, 1).Input("s", ElementType.I64).Node("y = Add x s").Output("y");
        var graph = Read(model, "s=9007199254740993");
        Assert.Equal(9007199254740993, graph.Nodes.SelectMany(n => n.Inputs).Single(i => i?.Constant is not null)!.Constant!.ToInt64()[0]);
    }

    [Theory]
    [InlineData("sr=1;sr=2")]
    [InlineData("sr")]
    [InlineData("sr=Infinity")]
    public void TextOfAnotherForm(string text) =>
        Assert.Equal("MXP1002", Assert.Throws<MixPrecException>(() => ConstantBindings.Parse(text)).Description.Id);

    private static float[] Constant(Graph graph, string node) =>
        graph.Nodes.Single(n => n.Name == node).Inputs.Single(i => i!.Constant is not null)!.Constant!.Span<float>().ToArray();

    private static Graph Read(TinyModel model, string constants) =>
        OnnxModelReader.Read(model.Save(), DimensionBindings.None, ConstantBindings.Parse(constants)).Graph;

    /// <summary>
    /// The branches of a voice detector have outputs of different widths; with a vector of another rank, which no run can choose between.
    /// </summary>
    private static TinyModel Branching(params long[] operand)
    {
        long[] shape = operand.Length == 0 ? [3, 2] : operand;
        var model = new TinyModel().Input("x", "batch", 3).Input("sr", ElementType.I64).Initializer("rate", Tensor.Create([16000L]))
            .Initializer("narrow", Tensor.Zeros(ElementType.F32, shape)).Node("is16 = Equal sr rate")
            .Node("y = If is16", Body("then_branch", "x", "Identity"), Body("else_branch", "x narrow", "MatMul")).Output("y");
        return model;
    }

    private static AttributeProto Body(string name, Action<TinyModel> build)
    {
        using var body = new TinyModel();
        build(body);
        return new AttributeProto { Name = name, Type = 5, G = body.Proto.Graph };
    }

    private static AttributeProto Body(string name, string inputs, string op)
    {
        var graph = new GraphProto { Name = name };
        var node = new NodeProto { OpType = op, Name = name };
        node.Input.AddRange(inputs.Split(' '));
        node.Output.Add(name + "_out");
        graph.Node.Add(node);
        graph.Output.Add(new ValueInfoProto { Name = name + "_out" });
        return new AttributeProto { Name = name, Type = 5, G = graph };
    }
}

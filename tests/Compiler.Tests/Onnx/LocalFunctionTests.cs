using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Plan;
using Xunit;
using static MixPrec.Compiler.Tests.Onnx.FunctionModels;

namespace MixPrec.Compiler.Tests.Onnx;

/// <summary>Local functions that are called as they are meant.</summary>
public sealed class LocalFunctionTests
{
    [Fact]
    public void ACallBecomesTheNodesOfTheFunction()
    {
        using var model = WithBlock(new TinyModel()).Input("x", 2).Initializer("w", W).Node("a = custom:Block x w")
            .Node("y = custom:Block a w", TinyModel.Attribute("slope", 0.25f)).Output("y");
        Assert.Equal(["Block_a/Add_sum", "Block_a/LeakyRelu_y", "Block_y/Add_sum", "Block_y/LeakyRelu_y"],
            model.Graph().Nodes.Select(n => n.Name));
        Assert.Equal("y", model.Graph().Outputs[0].Name);
        Assert.Equal([0.5f, 6], Run(model, X));
        Assert.Equal([-0.75f, 4], Run(model, Tensor.Create([-9, 2f], 2)));
    }

    [Fact]
    public void FunctionsCallOthersAndPassAttributesOn()
    {
        using var model = WithBlock(new TinyModel())
            .Function("z = other:Outer x w /leak", f => f.Node("t = custom:Block x w", TinyModel.Reference("slope", "leak", Float))
                .Node("z = custom:Block t w"))
            .Input("x", 2).Initializer("w", W).Node("y = other:Outer x w", TinyModel.Attribute("leak", 3f)).Output("y");
        Assert.Equal([-1f, 6], Run(model, X));
        Assert.Contains("Outer_y/Block_t/Add_sum", model.Graph().Nodes.Select(n => n.Name));
    }

    /// <summary>Neither the call nor the function gives the attribute: then the operator's own default holds.</summary>
    [Fact]
    public void AnAttributeThatNobodyGivesIsAbsent()
    {
        using var model = new TinyModel().Function("y = custom:Leak x /slope", f =>
            f.Node("y = LeakyRelu x", TinyModel.Reference("alpha", "slope", Float)))
            .Input("x", 2).Node("y = custom:Leak x").Output("y");
        Assert.Equal([-0.02f, 4], Run(model, X));
    }

    [Theory]
    [InlineData("x lo hi", new[] { -1f, 3 })]
    [InlineData("x _ hi", new[] { -2f, 3 })]
    [InlineData("x lo", new[] { -1f, 4 })]
    [InlineData("x", new[] { -2f, 4 })]
    public void InputsMayBeLeftOut(string inputs, float[] expected)
    {
        using var model = new TinyModel().Function("y = custom:Bounded x lo hi", f => f.Node("y = Clip x lo hi"))
            .Input("x", 2).Initializer("lo", Tensor.Create([-1f])).Initializer("hi", Tensor.Create([3f])).Node($"y = custom:Bounded {inputs}")
                .Output("y");
        Assert.Equal(expected, Run(model, X));
    }

    /// <summary>Softmax of opset 11 takes all dimensions from its axis on together, that of opset 13 one.</summary>
    [Fact]
    public void EachFunctionHasItsOpset()
    {
        using var model = new TinyModel().Function("y = custom:Old x", f =>
            f.Node("y = Softmax x", TinyModel.Attribute("axis", 0L)), opset: 11)
            .Input("x", 2, 2).Node("y = custom:Old x").Node("z = Softmax x", TinyModel.Attribute("axis", 0L)).Output("y").Output("z");
        var results = EmittedModel.Run(model, Tensor.Create([0, 0, 0, 0f], 2, 2));
        Assert.All(results[0].Span<float>().ToArray(), y => Assert.Equal(0.25f, y));
        Assert.All(results[1].Span<float>().ToArray(), z => Assert.Equal(0.5f, z));
    }

    [Fact]
    public void OverloadsAreFunctionsOfTheirOwn()
    {
        using var model = new TinyModel().Function("y = custom:F x", f => f.Node("y = Neg x"), overload: "a")
            .Function("y = custom:F x", f => f.Node("y = Abs x"), overload: "b")
            .Input("x", 2).Node("t = custom:F x").Node("y = custom:F t").Output("y");
        (model.Proto.Graph.Node[0].Overload, model.Proto.Graph.Node[1].Overload) = ("a", "b");
        Assert.Equal(["Neg", "Abs"], model.Graph().Nodes.Select(n => n.Op.Kind));
        model.Proto.Graph.Node[1].Overload = "c";
        Assert.Equal("MXP3001", Refusal(model).Description.Id);
    }

    [Fact]
    public void OutputsMayBeLeftOut()
    {
        using var model = new TinyModel().Function("a b c = custom:Three x", f => f.Node("a = Neg x").Node("b = Exp x").Node("c = Abs x"))
            .Input("x", 2).Node("_ _ y = custom:Three x").Node("z = custom:Three x").Output("y").Output("z");
        Assert.Equal(["Three__/Abs_c", "Three_z/Neg_a"], model.Graph().Nodes.Select(n => n.Name).Order());
        Assert.Equal([2f, 4], Run(model, X));
    }

    /// <summary>Passing an input on is a value of the caller's name.</summary>
    [Fact]
    public void AFunctionMayReturnItsInput()
    {
        using var model = new TinyModel().Function("x = custom:Same x", f => f).Input("x", 2).Node("y = custom:Same x").Output("y");
        Assert.Equal([-2f, 4], Run(model, X));
        Assert.Equal("y", model.Graph().Outputs[0].Name);
    }

    [Theory]
    [InlineData(true, new[] { 0.5f, 6 })]
    [InlineData(false, new[] { -0.5f, 5 })]
    public void BodiesCallFunctions(bool twice, float[] expected)
    {
        using var model = WithBlock(new TinyModel()).Input("x", 2).Input("c", ElementType.Bool).Initializer("w", W)
            .Node("y = If c", Body("then_branch", b => b.Node("s = custom:Block x w").Node("t = custom:Block s w").Output("t")),
                Body("else_branch", b => b.Node("t = custom:Block x w").Output("t"))).Output("y");
        Assert.Equal(expected, Run(model, X, Tensor.Create<bool>(ElementType.Bool, [twice])));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void LoopsCallFunctionsUnrolledAndRunning(bool isKnown)
    {
        using var model = WithBlock(new TinyModel()).Input("x", 2).Initializer("w", W);
        _ = isKnown ? model.Initializer("n", Tensor.Create([3L])) : model.Input("n", ElementType.I64);
        model.Node("y = Loop n _ x", Increments).Output("y");
        Assert.Equal([1.5f, 7], isKnown ? Run(model, X) : Run(model, X, Tensor.Create([3L])));
    }

    /// <summary>The attribute is referred to from a body inside the function.</summary>
    [Fact]
    public void FunctionsHoldBodies()
    {
        using var model = new TinyModel().Function("y = custom:Chosen x c /slope", f =>
            f.Node("y = If c", Body("then_branch", b => b.Node("t = LeakyRelu x", TinyModel.Reference("alpha", "slope", Float))
            .Output("t")),
                Body("else_branch", b => b.Node("e = Neg x").Output("e"))))
            .Input("x", 2).Input("c", ElementType.Bool).Node("y = custom:Chosen x c", TinyModel.Attribute("slope", 2f)).Output("y");
        Assert.Equal([-4f, 4], Run(model, X, Tensor.Create<bool>(ElementType.Bool, [true])));
        Assert.Equal([2f, -4], Run(model, X, Tensor.Create<bool>(ElementType.Bool, [false])));
    }

    [Fact]
    public void FunctionsHoldLoopsOverWhatTheyAreGiven()
    {
        using var model = WithBlock(new TinyModel()).Function("y = custom:Repeated x n w", f => f.Node("y = Loop n _ x", Increments))
            .Input("x", 2).Input("n", ElementType.I64).Initializer("w", W).Node("y = custom:Repeated x n w").Output("y");
        Assert.Equal([1.5f, 7], Run(model, X, Tensor.Create([3L])));
    }

    [Fact]
    public void FunctionsThatNobodyCallsAreNotRead()
    {
        using var model = new TinyModel().Function("y = custom:A x", f => f.Node("y = custom:A x")).Input("x", 2).Node("y = Abs x")
            .Output("y");
        Assert.Single(model.Graph().Nodes);
    }

    [Fact]
    public void TheSurveyLooksIntoFunctions()
    {
        using var model = WithBlock(new TinyModel()).Input("x", 2).Initializer("w", W).Node("a = custom:Block x w")
            .Node("b = custom:Block a w").Node("y = Add b w").Output("y");
        Assert.Equal([("Add", 2), ("LeakyRelu", 1)], OperatorSurvey.Read(model.Save()).Select(u => (u.Name, u.Nodes)));
    }
}

using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Onnx;

public sealed class LocalFunctionTests
{
    private const int Float = 1;

    private static readonly Tensor X = Tensor.Of([-2, 4f], 2), W = Tensor.Of([1, 1f], 2);

    private static AttributeProto Body(string name, Func<TinyModel, TinyModel> content)
    {
        using var model = new TinyModel();
        return new AttributeProto { Name = name, Type = 5, G = content(model).Proto.Graph };
    }

    /// <summary>y = LeakyRelu(x + w), whose alpha is ½ where the call gives none.</summary>
    private static TinyModel WithBlock(TinyModel model) => model.Function("y = custom:Block x w",
        f => f.Node("sum = Add x w").Node("y = LeakyRelu sum", TinyModel.Reference("alpha", "slope", Float)),
            defaults: [TinyModel.Attribute("slope", 0.5f)]);

    private static float[] Run(TinyModel model, params Tensor[] inputs) => EmittedModel.Run(model, inputs)[0].Span<float>().ToArray();

    private static MixPrecException Refusal(TinyModel model) => Assert.ThrowsAny<MixPrecException>(() => model.Graph());

    [Fact]
    public void ACallBecomesTheNodesOfTheFunction()
    {
        using var model = WithBlock(new TinyModel()).Input("x", 2).Initializer("w", W).Node("a = custom:Block x w")
            .Node("y = custom:Block a w", TinyModel.Attribute("slope", 0.25f)).Output("y");
        Assert.Equal(["Block_a/Add_sum", "Block_a/LeakyRelu_y", "Block_y/Add_sum", "Block_y/LeakyRelu_y"],
            model.Graph().Nodes.Select(n => n.Name));
        Assert.Equal("y", model.Graph().Outputs[0].Name);
        Assert.Equal([0.5f, 6], Run(model, X));
        Assert.Equal([-0.75f, 4], Run(model, Tensor.Of([-9, 2f], 2)));
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
            .Input("x", 2).Initializer("lo", Tensor.Of([-1f])).Initializer("hi", Tensor.Of([3f])).Node($"y = custom:Bounded {inputs}")
                .Output("y");
        Assert.Equal(expected, Run(model, X));
    }

    [Fact]
    public void AnInputThatTheBodyNeedsMayNotBeLeftOut()
    {
        using var model = WithBlock(new TinyModel()).Input("x", 2).Node("y = custom:Block x").Output("y");
        var refusal = Refusal(model);
        Assert.Equal("MXP3004", refusal.Description.Id);
        Assert.Contains("'Block_y/Add_sum' (Add): input 1 (b) is missing", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>Softmax of opset 11 takes all dimensions from its axis on together, that of opset 13 one.</summary>
    [Fact]
    public void EachFunctionHasItsOpset()
    {
        using var model = new TinyModel().Function("y = custom:Old x", f =>
            f.Node("y = Softmax x", TinyModel.Attribute("axis", 0L)), opset: 11)
            .Input("x", 2, 2).Node("y = custom:Old x").Node("z = Softmax x", TinyModel.Attribute("axis", 0L)).Output("y").Output("z");
        var results = EmittedModel.Run(model, Tensor.Of([0, 0, 0, 0f], 2, 2));
        Assert.All(results[0].Span<float>().ToArray(), y => Assert.Equal(0.25f, y));
        Assert.All(results[1].Span<float>().ToArray(), z => Assert.Equal(0.5f, z));
    }

    [Fact]
    public void AFunctionOfAnUnknownOpsetIsRefused()
    {
        using var model = new TinyModel().Function("y = custom:Old x", f => f.Node("y = Abs x"), opset: 99).Input("x", 2)
            .Node("y = custom:Old x").Output("y");
        Assert.Equal("MXP3006", Refusal(model).Description.Id);
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
        Assert.Equal(expected, Run(model, X, Tensor.Of<bool>(ElementType.Bool, [twice])));
    }

    private static readonly AttributeProto Increments = Body("body", b =>
        b.Input("i", ElementType.I64).Input("goes", ElementType.Bool).Input("v", 2).Node("u = custom:Block v w").Output("goes")
        .Output("u"));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void LoopsCallFunctionsUnrolledAndRunning(bool isKnown)
    {
        using var model = WithBlock(new TinyModel()).Input("x", 2).Initializer("w", W);
        _ = isKnown ? model.Initializer("n", Tensor.Of([3L])) : model.Input("n", ElementType.I64);
        model.Node("y = Loop n _ x", Increments).Output("y");
        Assert.Equal([1.5f, 7], isKnown ? Run(model, X) : Run(model, X, Tensor.Of([3L])));
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
        Assert.Equal([-4f, 4], Run(model, X, Tensor.Of<bool>(ElementType.Bool, [true])));
        Assert.Equal([2f, -4], Run(model, X, Tensor.Of<bool>(ElementType.Bool, [false])));
    }

    [Fact]
    public void FunctionsHoldLoopsOverWhatTheyAreGiven()
    {
        using var model = WithBlock(new TinyModel()).Function("y = custom:Repeated x n w", f => f.Node("y = Loop n _ x", Increments))
            .Input("x", 2).Input("n", ElementType.I64).Initializer("w", W).Node("y = custom:Repeated x n w").Output("y");
        Assert.Equal([1.5f, 7], Run(model, X, Tensor.Of([3L])));
    }

    [Fact]
    public void AFunctionThatCallsItselfIsRefused()
    {
        using var model = new TinyModel().Function("y = custom:A x", f => f.Node("y = custom:B x"))
            .Function("y = custom:B x", f => f.Node("y = custom:A x")).Input("x", 2).Node("y = custom:A x").Output("y");
        var refusal = Refusal(model);
        Assert.Equal("MXP3020", refusal.Description.Id);
        Assert.Contains("'custom.A' called by node 'A_y' → 'custom.B' called by node 'A_y/B_y' → 'custom.A' called by node 'A_y/B_y/A_y'",
            refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>2⁴⁰ nodes out of 40 functions, and 2⁴⁰ calls of one without nodes.</summary>
    [Theory]
    [InlineData("y = Abs x")]
    [InlineData(null)]
    public void AnExpansionEndsAtItsLimit(string? leaf)
    {
        using var model = new TinyModel().Function(leaf is null ? "x = custom:F0 x" : "y = custom:F0 x", f =>
            leaf is null ? f : f.Node(leaf)).Input("x", 2).Node("y = custom:F40 x").Output("y");
        for (int i = 1; i <= 40; i++)
        {
            model.Function($"y = custom:F{i} x", f => f.Node($"t = custom:F{i - 1} x").Node($"y = custom:F{i - 1} t"));
        }

        var refusal = Refusal(model);
        Assert.Equal("MXP3021", refusal.Description.Id);
        Assert.Contains("65536 nodes", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ADeepChainOfCallsIsRefused()
    {
        using var model = new TinyModel().Function("y = custom:F0 x", f => f.Node("y = Abs x")).Input("x", 2).Node("y = custom:F100 x")
            .Output("y");
        for (int i = 1; i <= 100; i++)
        {
            model.Function($"y = custom:F{i} x", f => f.Node($"y = custom:F{i - 1} x"));
        }

        Assert.Equal("MXP3021", Refusal(model).Description.Id);
    }

    [Fact]
    public void NamesOfAnyLengthDoNotFillTheMemory()
    {
        using var model = new TinyModel().Function("y = custom:F0 x", f => f.Node("y = Abs x")).Input("x", 2).Node("y = custom:F14 x")
            .Output("y");
        model.Proto.Functions[0].Node[0].Name = new string('n', 1 << 20);
        for (int i = 1; i <= 14; i++)
        {
            model.Function($"y = custom:F{i} x", f => f.Node($"t = custom:F{i - 1} x").Node($"y = custom:F{i - 1} t"));
        }

        Assert.All(model.Graph().Nodes, n => Assert.True(n.Name.Length < 1000));
    }

    [Fact]
    public void AnOperatorThatIsNotSupportedNamesTheCalls()
    {
        using var model = new TinyModel().Function("y = custom:Inner x", f => f.Node("y = vendor:Secret x"))
            .Function("y = custom:Outer x", f => f.Node("y = custom:Inner x")).Input("x", 2).Node("y = custom:Outer x").Output("y");
        var refusal = Refusal(model);
        Assert.Equal("MXP3001", refusal.Description.Id);
        Assert.Equal("Node 'Outer_y/Inner_y/Secret_y': operator vendor.Secret (opset 0) is not supported in the local function 'custom.Outer' called by node 'Outer_y' → 'custom.Inner' called by node 'Outer_y/Inner_y'.",
            refusal.Message);
    }

    [Fact]
    public void AFunctionSeesNoValueFromAroundItsCall()
    {
        using var model = new TinyModel().Function("y = custom:F x", f => f.Node("y = Add x z")).Input("x", 2).Input("z", 2)
            .Node("y = custom:F x").Output("y");
        var refusal = Refusal(model);
        Assert.Equal("MXP3004", refusal.Description.Id);
        Assert.Contains("'z' is computed by no node", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("y = custom:Block x w w", "gives 3 inputs")]
    [InlineData("y z = custom:Block x w", "takes 2 outputs")]
    public void ACallFitsItsFunction(string call, string reason)
    {
        using var model = WithBlock(new TinyModel()).Input("x", 2).Initializer("w", W).Node(call).Output("y");
        var refusal = Refusal(model);
        Assert.Equal("MXP3004", refusal.Description.Id);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnAttributeThatTheFunctionDoesNotDeclareIsRefused()
    {
        using var model = WithBlock(new TinyModel()).Input("x", 2).Initializer("w", W)
            .Node("y = custom:Block x w", TinyModel.Attribute("slop", 1f)).Output("y");
        Assert.Contains("'slop', which the local function 'custom.Block' does not declare", Refusal(model).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void AnAttributeOfAnotherTypeIsRefused()
    {
        using var model = WithBlock(new TinyModel()).Input("x", 2).Initializer("w", W)
            .Node("y = custom:Block x w", TinyModel.Attribute("slope", 1L)).Output("y");
        Assert.Contains("'Block_y/LeakyRelu_y' (LeakyRelu): attribute 'alpha' is no Float", Refusal(model).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void AFunctionThatIsDefinedTwiceIsRefused()
    {
        using var model = WithBlock(WithBlock(new TinyModel())).Input("x", 2).Initializer("w", W).Node("y = custom:Block x w").Output("y");
        Assert.Equal("MXP3002", Refusal(model).Description.Id);
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
        Assert.Equal([("Add", 2), ("LeakyRelu", 1)], OperatorSurvey.Of(model.Save()).Select(u => (u.Name, u.Nodes)));
    }
}

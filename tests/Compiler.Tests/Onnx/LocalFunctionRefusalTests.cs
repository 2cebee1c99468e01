using MixPrec.Compiler.Graphs;
using MixPrec.Plan;
using Xunit;
using static MixPrec.Compiler.Tests.Onnx.FunctionModels;

namespace MixPrec.Compiler.Tests.Onnx;

/// <summary>Local functions, and calls of them, that cannot be expanded: each is one line with its own number.</summary>
public sealed class LocalFunctionRefusalTests
{
    [Fact]
    public void AnInputThatTheBodyNeedsMayNotBeLeftOut()
    {
        using var model = WithBlock(new TinyModel()).Input("x", 2).Node("y = custom:Block x").Output("y");
        var refusal = Refusal(model);
        Assert.Equal("MXP3004", refusal.Description.Id);
        Assert.Contains("'Block_y/Add_sum' (Add): input 1 (b) is missing", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFunctionOfAnUnknownOpsetIsRefused()
    {
        using var model = new TinyModel().Function("y = custom:Old x", f => f.Node("y = Abs x"), opset: 99).Input("x", 2)
            .Node("y = custom:Old x").Output("y");
        Assert.Equal("MXP3006", Refusal(model).Description.Id);
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
}

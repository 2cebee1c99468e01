using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Plan;
using Xunit;
using static MixPrec.Compiler.Tests.Onnx.RefusedModel;

namespace MixPrec.Compiler.Tests.Onnx;

/// <summary>Names and order in a file: of inputs, outputs, dimensions and nodes.</summary>
public sealed class GraphNamesTests
{
    [Theory]
    [InlineData("\"; } evil(); //")]
    [InlineData("class")]
    [InlineData("a\nb\tc\u0000d\u202E")]
    [InlineData("10kB")]
    public void NamesAreDataOnly(string name)
    {
        name = name == "10kB" ? new string('n', 10_000) : name;
        using var model = new TinyModel().Input(name, name, 3).Output("y");
        model.Proto.Graph.Node.Add(new NodeProto { Name = name, OpType = "Relu", Input = { name }, Output = { "y" } });
        var graph = model.Graph();
        var symbol = Assert.Single(graph.Symbols);
        Assert.Equal(name, symbol.Name);
        Assert.Matches("^[A-Za-z_][A-Za-z0-9_]{0,50}$", symbol.Identifier);
        Assert.NotEqual("class", symbol.Identifier);

        model.Node("z = Frobnicate y").Output("z");
        model.Proto.Graph.Node[1].Name = name;
        Refused(model, "MXP3001");
    }

    [Fact]
    public void NamesAlikeAfterSanitisingStayApart()
    {
        using var model = new TinyModel().Input("x", "a-b", "a+b", "a b").Node("y = Relu x").Output("y");
        Assert.Equal(["a_b", "a_b_2", "a_b_3"], model.Graph().Symbols.Select(s => s.Identifier));
    }

    [Theory]
    [InlineData("batch=0")]
    [InlineData("batch")]
    [InlineData("batch=1;batch=2")]
    [InlineData("batch=1,5")]
    [InlineData("=1")]
    public void MalformedDimensions(string text) =>
        Assert.Equal("MXP1002", Assert.Throws<MixPrecException>(() => DimensionBindings.Parse(text)).Description.Id);

    [Fact]
    public void UnknownDimensionNamesTheKnownOnes()
    {
        using var model = new TinyModel().Input("x", "batch", 3).Node("y = Relu x").Output("y");
        Assert.Contains("batch", Refused(model, "MXP1002", "bach=1").Message, StringComparison.Ordinal);
        Assert.Equal("F32[4, 3]", model.Graph("batch=4").Outputs[0].Type.ToString());
        Assert.Empty(model.Graph("batch=4").Symbols);
        Assert.Equal("F32[batch, 3]", model.Graph().Outputs[0].Type.ToString());
    }

    /// <summary>Words of C# and of sizes: the plan is one that the generator reads.</summary>
    [Theory]
    [InlineData("__arglist")]
    [InlineData("nint")]
    [InlineData("class")]
    [InlineData("max")]
    [InlineData("\u202e\n")]
    public void DimensionsMayBeCalledAnything(string name)
    {
        using var model = new TinyModel().Input("x", name, 3).Node("y = Relu x").Output("y");
        var plan = Lowerer.Lower(model.Graph(), PrecisionAssignment.AllFloat, RangeTable.Empty, new LoweringOptions("Net"), Stream.Null);
        Assert.Equal(plan, PlanReader.Read(PlanWriter.Write(plan)));
        Assert.Equal(name, Assert.Single(plan.Symbols).Name);
    }

    [Fact]
    public void UnnamedDimensionGetsANameThatCanBeBound()
    {
        using var model = new TinyModel().Input("x", null, 3).Node("y = Relu x").Output("y");
        Assert.Equal("F32[x_0, 3]", model.Graph().Outputs[0].Type.ToString());
        Assert.Equal("F32[7, 3]", model.Graph("x_0=7").Outputs[0].Type.ToString());
    }

    [Fact]
    public void InitializerAmongTheInputsIsAConstant()
    {
        using var model = Small().Input("w", 3, 2);
        Assert.Equal("x", Assert.Single(model.Graph().Inputs).Name);
    }

    [Fact]
    public void OutputsKeepTheirNamesThroughCopies()
    {
        using var model = Small().Node("p = Relu y").Node("q = Identity p").Output("q").Node("r = Identity q").Output("r")
            .Node("s = Identity x").Output("s").Node("t = Identity w").Output("t");
        model.Proto.Graph.Output.RemoveAt(0);
        var outputs = model.Graph().Outputs;
        Assert.Equal(["q", "r", "s", "t"], outputs.Select(o => o.Name));
        Assert.Equal(4, outputs.Distinct().Count());
        Assert.DoesNotContain(model.Graph().Inputs[0], outputs);
    }

    [Fact]
    public void UnsortedNodesAreSorted()
    {
        using var model = Small().Node("z = Add later late").Node("later = Abs late").Node("late = Relu y").Output("z");
        var nodes = model.Graph().Nodes;
        Assert.Equal(["Relu_late", "Abs_later", "Add_z"], nodes.Select(n => n.Name).TakeLast(3));
        Assert.Equal([nodes[^2].Output, nodes[^3].Output], nodes[^1].Inputs);
    }

    /// <summary>More nodes than a stack of calls would hold, the last first.</summary>
    [Fact]
    public void LongChainTheLastFirst()
    {
        var model = Small();
        for (int i = 20000; i > 0; i--)
        {
            model.Node($"z{i} = Neg {(i == 1 ? "y" : $"z{i - 1}")}");
        }

        using (model.Output("z20000"))
        {
            Assert.Equal("Neg_z20000", model.Graph().Outputs[^1].Producer!.Name);
        }
    }
}

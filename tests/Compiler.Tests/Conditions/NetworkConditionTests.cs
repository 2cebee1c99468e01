using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Emit;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Conditions;

/// <summary>
/// Networks whose maps are joined after they were made smaller and larger again: exactly the sizes that fit run, and give what they give
/// when they are bound.
/// </summary>
public sealed class NetworkConditionTests
{
    [Fact]
    public void AUNetNeedsMultiples()
    {
        using var model = UNet(3);
        var graph = GraphRewrites.Apply(model.Graph());
        var lowered = Lower(graph);
        Assert.Equal(["h is a multiple of 8", "w is a multiple of 8"],
            lowered.Plan.Requirements.Select(r => r.ToString()).Order(StringComparer.Ordinal));
        Assert.Equal(["n", "2", "h", "w"], lowered.Plan.Ports[^1].Shape.Select(d => d.ToString()));
        Assert.Contains("h is a multiple of 8", ModelEmitter.Emit(lowered.Plan), StringComparison.Ordinal);
        Assert.Equal(lowered.Plan, PlanReader.Read(PlanWriter.Write(lowered.Plan)));

        using var compiled = CompiledModel.Compile(lowered);
        foreach (var (h, w) in new[] { (8, 16), (24, 8) })
        {
            var x = EmittedModel.Random(new Random(h), 2, 2, h, w);
            var bound = Lower(GraphRewrites.Apply(model.Graph($"n=2;h={h};w={w}")));
            using var fixedSize = CompiledModel.Compile(bound);
            EmittedModel.AssertClose(fixedSize.Run([x])[0], compiled.Run([x])[0], 1e-5);
            EmittedModel.AssertClose(fixedSize.Run([x])[0], new TorchExecutor(graph).Outputs([x])[0], 1e-4);
        }

        string message = Assert.Throws<MixPrecException>(() => compiled.Run([EmittedModel.Random(new Random(1), 1, 2, 12, 8)])).Message;
        Assert.All((string[])["h", "multiple of 8", "12"], part => Assert.Contains(part, message, StringComparison.Ordinal));
        Assert.Equal("MXP3011", Assert.Throws<MixPrecException>(() =>
            new TorchExecutor(graph).Outputs([EmittedModel.Random(new Random(1), 1, 2, 12, 8)])).Description.Id);
        var contradiction = Assert.Throws<MixPrecException>(() => model.Graph("h=12"));
        Assert.Equal("MXP1002", contradiction.Description.Id);
        Assert.Contains("Dimensions", contradiction.Message, StringComparison.Ordinal);
        Assert.Contains("multiple of 8", contradiction.Message, StringComparison.Ordinal);
    }

    /// <summary>Maps of an eighth, a sixteenth and a thirty-second, rounded up, are added: more than the multiples of 32 fit.</summary>
    [Fact]
    public void APyramidRunsForExactlyTheSizesThatFit()
    {
        using var model = Pyramid();
        var graph = GraphRewrites.Apply(model.Graph());
        Assert.Empty(EqualSizes.Find(graph));
        using var compiled = CompiledModel.Compile(Lower(graph));
        var executor = new TorchExecutor(graph);
        for (int h = 50; h < 100; h++)
        {
            int eighth = Half(Half(Half(h))), sixteenth = Half(eighth), last = Half(sixteenth);
            bool fits = last * 2 == sixteenth && sixteenth * 2 == eighth;
            var x = EmittedModel.Random(new Random(h), 1, 1, h, 32);
            if (fits)
            {
                var y = compiled.Run([x])[0];
                Assert.Equal([1, 1, eighth, 4], y.Shape);
                EmittedModel.AssertClose(executor.Outputs([x])[0], y, 1e-4);
            }
            else
            {
                Assert.Contains("h", Assert.Throws<MixPrecException>(() => compiled.Run([x])).Message, StringComparison.Ordinal);
            }
        }

        static int Half(int size) => ((size - 1) / 2) + 1;
    }

    [Fact]
    public void PartsOfANetworkHaveSizesOfTheirOwn()
    {
        using var model = Pyramid();
        var graph = GraphRewrites.Apply(model.Graph());
        var x = EmittedModel.Random(new Random(2), 1, 1, 64, 32);
        foreach (var node in graph.Nodes)
        {
            var part = graph.Extract([node]);
            var symbols = TorchExecutor.SymbolsOf(graph, [x]);
            Tensor[] inputs = [.. part.Inputs.Select((i, n) => EmittedModel.Random(new Random(n), i.Type.ShapeAt(symbols)))];
            if (part.Symbols.All(s => TorchExecutor.SymbolsOf(part, inputs).ContainsKey(s.Identifier)))
            {
                using var compiled = CompiledModel.Compile(Lower(part));
                Assert.Equal(part.Outputs[0].Type.ShapeAt(symbols), compiled.Run(inputs)[0].Shape);
            }
        }
    }

    /// <summary>A state of a loop comes back under another name.</summary>
    [Fact]
    public void AStateOfALoopMayComeBackUnderAnotherName()
    {
        using var body = new TinyModel(17).Input("i", ElementType.I64).Input("go", ElementType.Bool).Input("s", "p", 2).Output("again")
            .Output("t").Node("again = Identity go").Node("t = Add b b");
        using var model = new TinyModel(17).Input("a", "p", 2).Input("b", "q", 2).Input("times", ElementType.I64).Output("y")
            .Initializer("yes", Tensor.Create<bool>(ElementType.Bool, [true]))
                .Node("y = Loop times yes a", new Compiler.Onnx.Proto.AttributeProto { Name = "body", Type = 5, G = body.Proto.Graph });
        using var compiled = CompiledModel.Compile(Lower(GraphRewrites.Apply(model.Graph())));
        Tensor a = EmittedModel.Random(new Random(1), 3, 2), b = EmittedModel.Random(new Random(2), 3, 2), times = Tensor.Create([2L]);
        var doubled = Tensor.Create([.. b.Span<float>().ToArray().Select(v => v + v)], 3, 2);
        EmittedModel.AssertClose(doubled, compiled.Run([a, b, times])[0], 1e-6);
        string message = Assert.Throws<MixPrecException>(() => compiled.Run([a, EmittedModel.Random(new Random(2), 4, 2), times])).Message;
        Assert.All((string[])["p", "q", "3", "4"], part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    /// <summary>A size that a run finds out is compared when it is known.</summary>
    [Fact]
    public void ACountIsComparedByTheRun()
    {
        using var model = new TinyModel(17).Input("a", 4).Input("b", "q").Output("y").Node("i = NonZero a")
            .Node("c = Cast i", TinyModel.Attribute("to", 1)).Node("s = Squeeze c zero").Integers("zero", 0)
            .Node("y = Add s b");
        using var compiled = CompiledModel.Compile(Lower(GraphRewrites.Apply(model.Graph())));
        Assert.Equal([11f, 23], compiled.Run([Tensor.Create([0f, 1, 0, 1], 4), Tensor.Create([10f, 20], 2)])[0].Span<float>().ToArray());
        Assert.Contains("3 and 2", Assert.Throws<MixPrecException>(() =>
            compiled.Run([Tensor.Create([0f, 1, 0, 1], 4), Tensor.Create([1f, 2, 3], 3)])).Message, StringComparison.Ordinal);
    }

    private static TinyModel UNet(int levels)
    {
        var model = new TinyModel(17).Input("x0", "n", 2, "h", "w").Output("y0").Initializer("scales", Tensor.Create([1f, 1, 2, 2], 4));
        for (int i = 0; i < levels; i++)
        {
            model.Initializer($"d{i}", EmittedModel.Random(new Random(i), 2, 2, 3, 3))
                .Node($"e{i} = Conv x{i} d{i}", TinyModel.Attribute("pads", 1L, 1L, 1L, 1L))
                .Node($"x{i + 1} = MaxPool e{i}", TinyModel.Attribute("kernel_shape", 2L, 2L), TinyModel.Attribute("strides", 2L, 2L));
        }

        model.Node($"y{levels} = Relu x{levels}");
        for (int i = levels - 1; i >= 0; i--)
        {
            model.Initializer($"u{i}", EmittedModel.Random(new Random(9 + i), 2, 4, 1, 1))
                .Node($"r{i} = Resize y{i + 1} _ scales", TinyModel.Attribute("mode", "nearest"))
                .Node($"j{i} = Concat e{i} r{i}", TinyModel.Attribute("axis", 1)).Node($"y{i} = Conv j{i} u{i}");
        }

        return model;
    }

    private static TinyModel Pyramid()
    {
        var model = new TinyModel(17).Input("x0", 1, 1, "h", 32).Output("y").Initializer("scales", Tensor.Create([1f, 1, 2, 2], 4));
        for (int i = 0; i < 5; i++)
        {
            model.Initializer($"w{i}", EmittedModel.Random(new Random(i), 1, 1, 3, 3))
                .Node($"x{i + 1} = Conv x{i} w{i}", TinyModel.Attribute("pads", 1L, 1L, 1L, 1L), TinyModel.Attribute("strides", 2L, 2L));
        }

        return model.Node("up5 = Resize x5 _ scales", TinyModel.Attribute("mode", "nearest")).Node("s4 = Add up5 x4")
            .Node("up4 = Resize s4 _ scales", TinyModel.Attribute("mode", "nearest")).Node("y = Add up4 x3");
    }

    private static LoweredModel Lower(Graph graph) =>
        Lowerer.Lower(graph, PrecisionAssignment.AllFloat, RangeTable.Empty, new LoweringOptions("Net"));
}

using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Compiler.Tests.Operators;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Execution;

/// <summary>
/// An image smaller than a window has two negative sizes, whose product is positive: no length shows it, so the class asks for the sizes.
/// </summary>
public sealed class WindowSizeTests
{
    public static TheoryData<string, string> Windows => new()
    {
        { "a = Conv x w", "h - 2 is at least 0, w - 2 is at least 0" },
        { "a = MaxPool x", "h - 2 is at least 0, w - 2 is at least 0" },
        { "a = AveragePool x", "h - 2 is at least 0, w - 2 is at least 0" },
    };

    [Theory]
    [MemberData(nameof(Windows))]
    public void AnImageSmallerThanAWindowIsRefused(string node, string requirements)
    {
        var lowered = Lower(node);
        Assert.Equal(requirements, string.Join(", ", lowered.Plan.Requirements.Select(r => r.ToString()).Order(StringComparer.Ordinal)));
        Assert.Equal(lowered.Plan, PlanReader.Read(PlanWriter.Write(lowered.Plan)));
        using var model = CompiledModel.Compile(lowered);
        foreach (var (h, w) in new[] { (1, 1), (1, 3), (3, 1), (0, 0) })
        {
            var refusal = Assert.Throws<MixPrecException>(() => model.Run([Tensor.Zeros(ElementType.F32, [1, 2, h, w])]));
            Assert.Equal("MXP3027", refusal.Description.Id);
            Assert.Contains("to be at least 0, but it is -", refusal.Message, StringComparison.Ordinal);
        }

        Assert.Equal(2, Assert.Single(model.Run([Tensor.Zeros(ElementType.F32, [1, 2, 3, 3])])).Length);
    }

    /// <summary>Only what no other one says; nothing where padding makes up for the window.</summary>
    [Fact]
    public void EachWindowIsAskedForOnce()
    {
        using var twice = Model("b = Conv x w", "a = Conv b w2");
        Assert.Equal(["h - 4 is at least 0", "w - 4 is at least 0"],
            Lower(twice).Plan.Requirements.Select(r => r.ToString()).Order(StringComparer.Ordinal));
        using var padded = new TinyModel().Input("x", "n", 2, "h", "w").Initializer("w", Tensor.Zeros(ElementType.F32, [2, 2, 3, 3]))
            .Node("a = Conv x w", TinyModel.Attribute("pads", 1, 1, 1, 1), TinyModel.Attribute("strides", 2, 2)).Output("a");
        Assert.Empty(Lower(padded).Plan.Requirements);
    }

    /// <summary>An output itself may be of a negative size, or larger than memory can be addressed.</summary>
    [Fact]
    public void OutputsThatCannotBeAreRefused()
    {
        using var window = new TinyModel().Input("x", 1, 2, "h", "w").Initializer("w", Tensor.Zeros(ElementType.F32, [2, 2, 3, 3]))
            .Node("y = Conv x w").Output("y");
        using var small = CompiledModel.Compile(Lower(window));
        AssertRefused(small, Tensor.Zeros(ElementType.F32, [1, 2, 1, 1]), "'y' would have a negative size");
        using var expanded = new TinyModel().Input("x", "n", 1).Integers("wide", 1, 1 << 20).Node("y = Expand x wide").Output("y");
        using var large = CompiledModel.Compile(Lower(expanded));
        AssertRefused(large, Tensor.Zeros(ElementType.F32, [1000, 1]), "'y' would have 4194304000 bytes");
    }

    /// <summary>Sizes of 0, such as the past of a first token, are taken: every operator gives what there is, or refuses.</summary>
    [Fact]
    public void NoOperatorReadsOrWritesWhatIsNotThere()
    {
        var samples = OperatorSamples.Typical.Where(s => s.Value.Letters.Count > 0).Select(s => (s.Key, Plan: Open(s.Value)))
            .Where(s => s.Plan is not null).ToArray();
        var failed = new List<string>();
        foreach (var ((name, lowered), model) in samples.Zip(CompiledModel.CompileMany([.. samples.Select(s => s.Plan!)])))
        {
            foreach (string zero in lowered!.Plan.Dimensions.Select(d => d.Identifier))
            {
                var sizes = lowered.Plan.Dimensions.ToDictionary(d => d.Identifier, d => d.Identifier == zero ? 0L : 2);
                var inputs = lowered.Plan.Ports.Where(p => !p.IsOutput)
                    .Select(p => Tensor.Zeros(p.Type, [.. p.Shape.Select(d => d.Evaluate(sizes))])).ToArray();
                if (Record.Exception(() => model.Run(inputs)) is { } e and not MixPrecException { Description.Id: "MXP3027" })
                {
                    failed.Add($"{name} with {zero} = 0: {e.GetType().Name} {e.StackTrace?.Split('\n')[0].Trim()}");
                }
            }

            model.Dispose();
        }

        Assert.Equal("", string.Join('\n', failed));
        Assert.True(samples.Length > 100);
    }

    private static LoweredModel? Open(OperatorSample sample)
    {
        try
        {
            return Lowerer.Lower(GraphRewrites.Apply(sample.Import(ElementType.F32, sample.Letters)), PrecisionAssignment.AllFloat,
                RangeTable.Empty, new LoweringOptions("Net"));
        }
        catch (MixPrecException)
        {
            return null;
        }
    }

    private static void AssertRefused(CompiledModel model, Tensor input, string words)
    {
        var refusal = Assert.Throws<MixPrecException>(() => model.Run([input]));
        Assert.Equal("MXP3027", refusal.Description.Id);
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }

    private static LoweredModel Lower(string node)
    {
        using var model = Model(node);
        return Lower(model);
    }

    private static LoweredModel Lower(TinyModel model) =>
        Lowerer.Lower(GraphRewrites.Apply(model.Graph()), PrecisionAssignment.AllFloat, RangeTable.Empty, new LoweringOptions("Net"));

    private static TinyModel Model(params string[] nodes)
    {
        var model = new TinyModel().Input("x", 1, 2, "h", "w");
        foreach (string weights in new[] { "w", "w2" }.Where(w => nodes.Any(n => n.EndsWith(" " + w, StringComparison.Ordinal))))
        {
            model.Initializer(weights, Tensor.Zeros(ElementType.F32, [2, 2, 3, 3]));
        }

        foreach (string node in nodes)
        {
            model.Node(node, node.Contains("Pool", StringComparison.Ordinal) ? [TinyModel.Attribute("kernel_shape", 3, 3)] : []);
        }

        return model.Node("y = GlobalAveragePool a").Output("y");
    }
}

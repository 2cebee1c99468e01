using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Compiler.Rewrites;
using MixPrec.Emit;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Onnx;

/// <summary>Many layers over one open length: sizes as a slow loop finds them, and text that does not grow with their number.</summary>
public sealed class OpenSizeChainTests
{
    private static readonly AttributeProto[] Halves = [TinyModel.Attribute("kernel_shape", 3L, 3L), TinyModel.Attribute("strides", 2L, 1L),
        TinyModel.Attribute("pads", 1L, 1L, 1L, 1L)];

    [Theory]
    [InlineData(14)]
    [InlineData(20)]
    [InlineData(60)]
    public void StridesOverAnOpenLengthAreOneDivision(int layers)
    {
        using var model = Chain(layers, i => ($"x{i + 1} = MaxPool x{i}", Halves));
        var size = model.Graph().Outputs[0].Shape[2];
        Assert.InRange(size.ToString().Length, 1, 400);
        foreach (long length in (long[])[1, 2, 1023, 1024, 1025, 16_000, 1_000_003])
        {
            long expected = length;
            for (int i = 0; i < layers; i++)
            {
                expected = ((expected + 2 - 3) / 2) + 1;
            }

            Assert.Equal(expected, size.Evaluate(new Dictionary<string, long> { ["length"] = length }));
        }
    }

    [Fact]
    public void AnAudioEncoderOfTwentyStridedLayersRuns()
    {
        var random = new Random(5);
        using var model = new TinyModel(17).Input("x0", 1, 2, "length").Output("x20");
        for (int i = 0; i < 20; i++)
        {
            model.Initializer($"w{i}", EmittedModel.Random(random, 2, 2, 3))
                .Node($"x{i + 1} = Conv x{i} w{i}", TinyModel.Attribute("strides", (long[])[2]), TinyModel.Attribute("pads", 1L, 1L));
        }

        var y = Assert.Single(EmittedModel.Run(model, EmittedModel.Random(random, 1, 2, 3001)));
        Assert.Equal([1, 2, 1], y.Shape);
    }

    /// <summary>Windows that reach into the padding: each size is the lesser of two made of the one before.</summary>
    [Fact]
    public void CeilingsNestAndTheirTextStaysShort()
    {
        AttributeProto[] attributes = [TinyModel.Attribute("kernel_shape", 4L, 1L), TinyModel.Attribute("strides", 3L, 1L),
            TinyModel.Attribute("ceil_mode", 1), TinyModel.Attribute("pads", 2L, 0L, 2L, 0L)];
        using var model = Chain(24, i => ($"x{i + 1} = MaxPool x{i}", attributes));
        var graph = model.Graph();
        foreach (long length in (long[])[4, 100, 1_000_000_007])
        {
            long expected = length;
            for (int i = 0; i < 24; i++)
            {
                expected = Math.Min(((expected + 4 - 4 + 2) / 3) + 1, ((expected + 2 - 1) / 3) + 1);
            }

            Assert.Equal(expected, graph.Outputs[0].Shape[2].Evaluate(new Dictionary<string, long> { ["length"] = length }));
        }

        var plan = Lower(model);
        Assert.InRange(PlanWriter.Write(plan).Length, 1, 200_000);
        Assert.Equal(plan, PlanReader.Read(PlanWriter.Write(plan)));
        Assert.InRange(ModelEmitter.Emit(plan).Length, 1, 400_000);
    }

    /// <summary>
    /// Every map is joined with its own pool, so that each size holds the one before twice and no form makes it one division.
    /// </summary>
    [Fact]
    public void SizesThatHoldOthersTwiceAreNamedInTheClassAndRun()
    {
        using var model = new TinyModel(17).Input("x0", 1, 1, "length", 1).Output("x12");
        for (int i = 0; i < 12; i++)
        {
            model.Node($"p{i} = MaxPool x{i}", TinyModel.Attribute("kernel_shape", 5L, 1L), TinyModel.Attribute("strides", 5L, 1L),
                TinyModel.Attribute("pads", 2L, 0L, 2L, 0L))
                .Node($"x{i + 1} = Concat x{i} p{i}", TinyModel.Attribute("axis", 2));
        }

        var plan = Lower(model);
        Assert.Equal(plan, PlanReader.Read(PlanWriter.Write(plan)));
        Assert.InRange(PlanWriter.Write(plan).Length, 1, 400_000);
        Assert.Contains("long part0 = ", ModelEmitter.Emit(plan), StringComparison.Ordinal);
        long expected = 77;
        for (int i = 0; i < 12; i++)
        {
            expected += ((expected + 4 - 5) / 5) + 1;
        }

        var y = Assert.Single(EmittedModel.Run(model, Tensor.Create([.. Enumerable.Range(0, 77).Select(i => (float)i)], 1, 1, 77, 1)));
        Assert.Equal([1, 1, expected, 1], y.Shape);
        Assert.Equal(76, y.Span<float>().ToArray().Max());
    }

    [Fact]
    public void SizesWithoutEndAreRefused()
    {
        using var model = Chain(120, i => ($"x{i + 1} = Concat x{i} half{i}", [TinyModel.Attribute("axis", 2)]), i =>
            ($"half{i} = MaxPool x{i}",
            [TinyModel.Attribute("kernel_shape", 2L, 1L), TinyModel.Attribute("strides", 2L, 1L),
                TinyModel.Attribute("pads", 1L, 0L, 0L, 0L)]));
        Assert.Equal("MXP3010", Assert.Throws<MixPrecException>(() => model.Graph()).Description.Id);
    }

    private static TinyModel Chain(int layers, Func<int, (string Node, AttributeProto[] Attributes)> layer,
        Func<int, (string Node, AttributeProto[] Attributes)>? before = null)
    {
        var model = new TinyModel(17).Input("x0", 1, 1, "length", 3).Output($"x{layers}");
        for (int i = 0; i < layers; i++)
        {
            if (before?.Invoke(i) is var (node, attributes))
            {
                model.Node(node, attributes);
            }

            model.Node(layer(i).Node, layer(i).Attributes);
        }

        return model;
    }

    private static ModelPlan Lower(TinyModel model) =>
        Lowerer.Lower(GraphRewrites.Apply(model.Graph()), PrecisionAssignment.AllFloat, RangeTable.Empty, new LoweringOptions("Net")).Plan;
}

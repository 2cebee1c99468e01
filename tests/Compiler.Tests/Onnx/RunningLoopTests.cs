using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Compiler.Rewrites;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Onnx;

/// <summary>
/// Loops whose number of times is not known when the model is built, or too large to unroll: the emitted class and TorchSharp against plain
/// loops.
/// </summary>
public sealed class RunningLoopTests
{
    private static Tensor Truth(bool value) => Tensor.Create<bool>(ElementType.Bool, [value]);

    private static AttributeProto Body(Func<TinyModel, TinyModel> content)
    {
        using var model = new TinyModel();
        return new AttributeProto { Name = "body", Type = 5, G = content(model).Proto.Graph };
    }

    private static TinyModel Counted(TinyModel body) => body.Input("i", ElementType.I64).Input("goes", ElementType.Bool);

    /// <summary>The outputs of the emitted class, which have to be those of TorchSharp.</summary>
    private static IReadOnlyList<Tensor> Run(TinyModel model, params Tensor[] inputs)
    {
        var emitted = EmittedModel.Run(model, inputs);
        foreach (var (one, other) in new TorchExecutor(GraphRewrites.Apply(model.Graph())).Outputs(inputs).Zip(emitted))
        {
            Assert.Equal(one.Shape, other.Shape);
            Assert.Equal(one.Span<float>().ToArray(), ArrayConversion.Convert(other, ElementType.F32).Span<float>().ToArray());
        }

        return emitted;
    }

    /// <summary>Each state becomes what the other one was, so that none may be overwritten too early.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void StatesThatChangePlaces(int times)
    {
        using var model = new TinyModel().Input("m", ElementType.I64).Input("a", 3).Input("b", 3).Input("bias", 3)
            .Node("u v = Loop m _ a b", Body(body => Counted(body)
            .Input("p", 3).Input("q", 3).Node("on = Identity goes").Node("sum = Add p q").Node("r = Sub sum bias").Output("on").Output("q")
                .Output("r"))).Output("u").Output("v");
        float[] a = [1, 2, 3], b = [2, -1, 4], bias = [0, 1, 2];
        var results = Run(model, Tensor.Create([(long)times]), Tensor.Create(a, 3), Tensor.Create(b, 3), Tensor.Create(bias, 3));
        for (int time = 0; time < times; time++)
        {
            (a, b) = (b, [.. a.Zip(b, bias).Select(x => x.First + x.Second - x.Third)]);
        }

        Assert.Equal(a, results[0].Span<float>().ToArray());
        Assert.Equal(b, results[1].Span<float>().ToArray());
    }

    [Theory]
    [InlineData(false, 10, 3f)]
    [InlineData(true, 10, 96f)]
    [InlineData(true, 2, 12f)]
    public void AConditionOfDataEndsALoop(bool begins, long most, float expected)
    {
        using var model = new TinyModel().Initializer("m", Tensor.Create([most])).Input("c", ElementType.Bool).Input("x")
            .Initializer("bound", Tensor.Create([90f]))
            .Node("y = Loop m c x", Body(body => Counted(body).Input("v").Node("w = Add v v").Node("on = Less w bound").Output("on")
                .Output("w"))).Output("y");
        Assert.Equal([expected], Run(model, Truth(begins), Tensor.Create([3f]))[0].Span<float>().ToArray());
    }

    /// <summary>Times beyond what is unrolled; the number of the time is data and a place.</summary>
    [Fact]
    public void LongLoopsCollect()
    {
        using var model = new TinyModel().Initializer("m", Tensor.Create([5000L])).Input("x", 2)
            .Node("last all = Loop m _ x", Body(body => Counted(body)
            .Input("v", 2).Node("on = Identity goes").Node("f = Cast i", TinyModel.Attribute("to", 1L)).Node("w = Add v f")
                .Node("part = Neg w").Output("on").Output("w").Output("part"))).Output("last").Output("all");
        Assert.Single(model.Graph().Nodes, n => n.Op is Loop);
        var results = Run(model, Tensor.Create([0, 1f], 2));
        Assert.Equal([5000L, 2], results[1].Shape);
        float[] all = results[1].Span<float>().ToArray();
        double sum = 0;
        for (int time = 0; time < 5000; time++)
        {
            // Sums below 2^24 are exact.
            sum += time;
            Assert.Equal((float)-sum, all[2 * time]);
            Assert.Equal((float)-(sum + 1), all[(2 * time) + 1]);
        }

        Assert.Equal([-all[^2], -all[^1]], results[0].Span<float>().ToArray());
    }

    [Theory]
    [InlineData(1, 0L, 0L, 0L)]
    [InlineData(6, 0L, 0L, 0L)]
    [InlineData(6, 1L, 0L, 1L)]
    [InlineData(5, 0L, 1L, 0L)]
    [InlineData(5, 1L, 1L, 1L)]
    public void AScanOfAnyLength(int length, long from, long to, long axis)
    {
        object[] shape = axis == 0 ? ["steps", 2] : [2, "steps"];
        using var model = new TinyModel().Input("start", 2).Input("x", shape).Initializer("w", Tensor.Create([1, 2, -1, 3f], 2, 2))
            .Node("last all = Scan start x",
            TinyModel.Attribute("num_scan_inputs", 1L), TinyModel.Attribute("scan_input_axes", [axis]),
                TinyModel.Attribute("scan_input_directions", [from]),
            TinyModel.Attribute("scan_output_axes", [axis]), TinyModel.Attribute("scan_output_directions", [to]),
            Body(body => body.Input("s", 2).Input("e", 2).Node("h = MatMul s w").Node("t = Add h e").Node("u = Identity t").Output("t")
                .Output("u"))).Output("last").Output("all");
        Assert.Single(model.Graph().Nodes, n => n.Op is Loop);
        float[] x = [.. Enumerable.Range(0, 2 * length).Select(i => (float)((i * 7 % 5) - 2))], state = [1, -1], all = new float[x.Length];
        int At(int step, int i) => axis == 0 ? (step * 2) + i : (i * length) + step;
        var results = Run(model, Tensor.Create(state, 2), axis == 0 ? Tensor.Create(x, length, 2) : Tensor.Create(x, 2, length));
        for (int step = 0; step < length; step++)
        {
            int read = from == 0 ? step : length - 1 - step, written = to == 0 ? step : length - 1 - step;
            state = [state[0] - state[1] + x[At(read, 0)], (2 * state[0]) + (3 * state[1]) + x[At(read, 1)]];
            (all[At(written, 0)], all[At(written, 1)]) = (state[0], state[1]);
        }

        Assert.Equal(state, results[0].Span<float>().ToArray());
        Assert.Equal(all, results[1].Span<float>().ToArray());
    }

    /// <summary>Both end by data, the inner one later each time.</summary>
    [Fact]
    public void LoopsInLoops()
    {
        using var model = new TinyModel().Input("m", ElementType.I64).Input("k", ElementType.I64).Input("x")
            .Node("y = Loop m _ x", Body(body => Counted(body)
            .Input("v").Node("on = Identity goes").Node("n = Add k i")
                .Node("w = Loop n _ v", Body(inner => inner.Input("j", ElementType.I64).Input("also", ElementType.Bool)
                .Input("u").Initializer("one", Tensor.Create([1f])).Node("on2 = Identity also").Node("z = Add u one").Output("on2")
                    .Output("z"))).Output("on").Output("w"))).Output("y");
        var outer = Assert.IsType<Loop>(Assert.Single(model.Graph().Nodes, n => n.Op is Loop).Op);
        Assert.Single(outer.Body.Nodes, n => n.Op is Loop);
        Assert.Equal([0.5f + (20 * 3) + (19 * 10)],
            Run(model, Tensor.Create([20L]), Tensor.Create([3L]), Tensor.Create([0.5f]))[0].Span<float>()
            .ToArray());
    }

    /// <summary>Each could be unrolled, both would be a million copies.</summary>
    [Fact]
    public void LoopsTooLargeTogetherRun()
    {
        using var model = new TinyModel().Initializer("m", Tensor.Create([1000L])).Input("x").Node("y = Loop m _ x", Body(body => Counted(body)
            .Input("v").Node("on = Identity goes").Node("w = Loop m _ v",
                Body(inner => inner.Input("j", ElementType.I64).Input("also", ElementType.Bool)
                .Input("u").Initializer("one", Tensor.Create([1f])).Node("on2 = Identity also").Node("z = Add u one").Output("on2")
                    .Output("z"))).Output("on").Output("w"))).Output("y");
        Assert.Single(Assert.IsType<Loop>(Assert.Single(model.Graph().Nodes, n => n.Op is Loop).Op).Body.Nodes, n => n.Op is Loop);
        Assert.Equal([1000000.5f], EmittedModel.Run(model, Tensor.Create([0.5f]))[0].Span<float>().ToArray());
    }

    /// <summary>3 + 2 + 1 + 0 positions, and a join of counted sizes that has to be as long each time.</summary>
    [Fact]
    public void SizesThatTheBodyFindsOutEachTime()
    {
        using var model = new TinyModel().Input("m", ElementType.I64).Input("x", 4).Input("start", ElementType.I64)
            .Initializer("one", Tensor.Create([1f])).Node("last total = Loop m _ x start", Body(body => Counted(body)
            .Input("v", 4).Input("t", ElementType.I64).Node("on = Identity goes").Node("places = NonZero v")
                .Node("twice = Add places places").Node("size = Size twice")
            .Node("u = Add t size").Node("less = Sub v one").Node("w = Relu less").Output("on").Output("w").Output("u"))).Output("last")
                .Output("total");
        var results = Run(model, Tensor.Create([4L]), Tensor.Create([1, 3, 0, 2f], 4), Tensor.Create([100L]));
        Assert.Equal([106L], results[1].ToInt64());
        Assert.Equal([0, 0, 0, 0f], results[0].Span<float>().ToArray());
    }

    [Fact]
    public void WhatGrowsOrIsCollectedAnUnknownNumberOfTimesIsRefused()
    {
        using var grows = new TinyModel().Input("m", ElementType.I64).Input("x", 2).Node("y = Loop m _ x", Body(body => Counted(body)
            .Input("v", "n").Node("on = Identity goes").Node("w = Concat v v", TinyModel.Attribute("axis", 0L)).Output("on").Output("w")))
                .Output("y");
        using var collects = new TinyModel().Input("m", ElementType.I64).Input("x", 2).Node("y all = Loop m _ x", Body(body => Counted(body)
            .Input("v", 2).Node("on = Identity goes").Node("w = Abs v").Node("part = Neg v").Output("on").Output("w").Output("part")))
                .Output("all");
        Assert.Contains("F32[4]", Refused(grows), StringComparison.Ordinal);
        Assert.Contains("collects", Refused(collects), StringComparison.Ordinal);
    }

    private static string Refused(TinyModel model)
    {
        var error = Assert.ThrowsAny<MixPrecException>(() => model.Graph());
        Assert.Equal("MXP3008", error.Description.Id);
        return error.Message;
    }
}

using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Rewrites.Caches;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Rewrites;

/// <summary>Which decoders get a cache, and at which node others are refused.</summary>
public sealed class CachedGraphTests
{
    private const int Context = 6, Width = 4;

    [Theory]
    [InlineData("Add scores mask", "Softmax masked", null)]
    [InlineData("Where seen scores low", "Softmax masked", null)]
    [InlineData("Add scores zero", "Softmax masked", "no constant causal mask")]
    [InlineData("Where unseen scores low", "Softmax masked", "no constant causal mask")]
    [InlineData("Where seen scores zero", "Softmax masked", "no constant causal mask")]
    [InlineData("Mul scores mask", "Softmax masked", "no constant causal mask")]
    [InlineData("Add scores mask", "Sigmoid masked", "no product of queries and keys, nor of weights")]
    public void OnlyACausalMaskBeforeSoftmaxMakesAttention(string mask, string weights, string? refused)
    {
        using var model = Decoder(mask, weights);
        if (refused is null)
        {
            var cached = Cached(model);
            Assert.Equal((Context, 2), (cached.Cache.Context, cached.Cache.Pairs.Count));
            Assert.Equal([1, IntExpr.Symbol("tokens"), Width], cached.Graph.Outputs[0].Shape);
            return;
        }

        AssertRefused(model, refused);
    }

    [Theory]
    [InlineData("y = ReduceMean sum", "it mixes positions")]
    [InlineData("y = Softmax sum", "it mixes positions")]
    [InlineData("y = CumSum sum one", "it may mix positions")]
    [InlineData("y = Gather sum one", "it takes positions apart")]
    [InlineData("y = Reshape sum flat", "it takes positions apart")]
    public void WhatMixesPositionsIsRefused(string node, string reason)
    {
        using var model = Decoder("Add scores mask", "Softmax masked", node);
        AssertRefused(model, reason);
    }

    /// <summary>The model has its past as inputs: the cache that is asked for is named with the model's own names.</summary>
    [Theory]
    [InlineData("past_key_values.0.key past_key_values.0.value", "present.0.key present.0.value", "past_key_values.*=present.*")]
    [InlineData("past_k_0 past_v_0", "present_k_0 present_v_0", "past_*=present_*")]
    [InlineData("layer0_past layer1_past", "layer0_present layer1_present", "*_past=*_present")]
    [InlineData("pk pv", "pk_out pv_out", "pk=pk_out;pv=pv_out")]
    [InlineData("past", "present", "past=present")]
    [InlineData("a b", "c d", null)]
    public void TheCacheOfPastsIsSuggestedInTheirNames(string pasts, string presents, string? expected)
    {
        string[] inputs = pasts.Split(' '), outputs = presents.Split(' ');
        using var model = new TinyModel().Input("ids", ElementType.I64, 1, "tokens")
            .Initializer("table", Tensor.Create(new float[12], 3, Width)).Node("new = Gather table ids").Input("state", 1, 8);
        for (int i = 0; i < inputs.Length; i++)
        {
            model.Input(inputs[i], 1, "past", Width).Node($"{outputs[i]} = Concat {inputs[i]} new", TinyModel.Attribute("axis", 1L))
                .Output(outputs[i]);
        }

        var graph = model.Node("hidden = Abs state").Output("hidden").Graph();
        Assert.Equal(expected, SuggestedCache.Find(graph)?.Text);
        if (expected is not null)
        {
            Assert.Equal(inputs, SuggestedCache.Find(graph)!.Pasts);
            Assert.Equal(inputs, CacheBindings.Parse(expected).PairsOf(graph, "").Select(p => p.Past.Name));
            AssertRefused(model, $"the model takes its past as inputs already: set Cache=\"{expected}\"");
        }
    }

    [Theory]
    [InlineData("past_*=present_*", "patterns that pair inputs of the model, each once: ids")]
    [InlineData("ids=present", "patterns that pair outputs of the model, each once: y")]
    public void PatternsNameWhatTheModelHas(string cache, string expected)
    {
        using var model = Decoder("Add scores mask", "Softmax masked");
        var error = Assert.Throws<MixPrecException>(() => Cached(model, cache));
        Assert.Equal("MXP1002", error.Description.Id);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void APastThatIsJoinedOtherwiseIsRefused()
    {
        using var model = new TinyModel().Input("past_k", 1, "P", 4).Input("x", 1, "S", 4)
            .Node("present_k = Concat x past_k", TinyModel.Attribute("axis", 1)).Node("y = Relu present_k").Output("y").Output("present_k");
        AssertRefused(model, "is not made by one Concat", "past_*=present_*");
    }

    [Fact]
    public void ASizeThatTheRunFindsOutIsRefused()
    {
        using var model = new TinyModel().Input("past_k", 1, "P", 4).Input("x", 1, "S", 4)
            .Node("present_k = Concat past_k x", TinyModel.Attribute("axis", 1)).Node("y = NonZero x").Output("y").Output("present_k");
        AssertRefused(model, "its run finds out a size", "past_*=present_*");
    }

    private static void AssertRefused(TinyModel model, string reason, string cache = "auto")
    {
        var error = Assert.Throws<MixPrecException>(() => Cached(model, cache));
        Assert.Equal("MXP3009", error.Description.Id);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    private static CachedGraph Cached(TinyModel model, string cache = "auto") =>
        CachedGraph.Create(CacheBindings.Parse(cache), GraphRewrites.Apply(model.Graph()), model.Save(), DimensionBindings.None)!;

    /// <summary>Embedding, attention of the embedding to itself, sum of both.</summary>
    private static TinyModel Decoder(string mask, string weights, string last = "y = Relu sum")
    {
        float[] low = [.. Enumerable.Range(0, Context * Context).Select(i => i % Context > i / Context ? -1e9f : 0)];
        return new TinyModel(13).Input("ids", ElementType.I64, 1, Context)
            .Initializer("table", Tensor.Create([.. Enumerable.Range(0, 10 * Width).Select(i => i / 40f)], 10, Width))
            .Initializer("mask", Tensor.Create(low, Context, Context)).Initializer("low", Tensor.Create([-1e9f], 1))
                .Initializer("zero", Tensor.Create([0f], 1))
            .Initializer("seen", Tensor.Create<byte>(ElementType.Bool, [.. low.Select(m => (byte)(m < 0 ? 0 : 1))], Context, Context))
            .Initializer("unseen", Tensor.Create<byte>(ElementType.Bool, [.. low.Select(m => (byte)(m < 0 ? 1 : 0))], Context, Context))
            .Integers("one", 1).Integers("flat", 1, Context * Width)
            .Node("x = Gather table ids").Node("keys = Transpose x", TinyModel.Attribute("perm", [0, 2, 1])).Node("scores = MatMul x keys")
            .Node($"masked = {mask}").Node($"weights = {weights}").Node("mixed = MatMul weights x").Node("sum = Add x mixed")
            .Node(last, [.. Attributes(last)]).Output("y");
    }

    private static IEnumerable<Compiler.Onnx.Proto.AttributeProto> Attributes(string node) =>
        node.Contains("ReduceMean", StringComparison.Ordinal) ? [TinyModel.Attribute("axes", [1])]
        : node.Contains("Softmax", StringComparison.Ordinal) || node.Contains("Gather", StringComparison.Ordinal)
            ? [TinyModel.Attribute("axis", 1)] : [];
}

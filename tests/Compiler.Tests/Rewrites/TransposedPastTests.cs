using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Rewrites.Caches;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Rewrites;

/// <summary>Keys that are transposed behind the join with the past are kept transposed, and the network computes what it did.</summary>
public sealed class TransposedPastTests
{
    private const int Heads = 2, Width = 4, Past = 5, Tokens = 3;

    [Theory]
    [InlineData("keys = Transpose present_k", 1, true)]
    [InlineData("parts = Unsqueeze present_k two; repeated = Tile parts three; all = Reshape repeated shape; keys = Transpose all",
        3, true)]
    // Another reader needs the keys as they are.
    [InlineData("keys = Transpose present_k; other = ReduceSum present_k", 1, false)]
    // Rows of heads that follow one another are no matrix any more.
    [InlineData("flat = Reshape present_k flatShape; keys = Transpose flat", 1, false)]
    public void KeysAreKeptAsTheyAreRead(string keys, int groups, bool kept)
    {
        using var model = Model(keys, groups);
        var graph = GraphRewrites.Apply(model.Graph());
        var cached = CachedGraph.Create(CacheBindings.Parse("past_*=present_*"), graph, model.Save(), DimensionBindings.None)!.Graph;
        Assert.Equal(kept, !cached.Nodes.Any(n => n.Op is Transpose && n.Output.Shape.Any(d => d.Symbols.Contains("P"))));
        Assert.Equal(kept ? [1, Heads, Width, IntExpr.Symbol("P")] : [1, Heads, IntExpr.Symbol("P"), Width], cached.Inputs[^1].Shape);

        var random = new Random(1);
        var (q, x, past) = (EmittedModel.Random(random, 1, Heads * groups, Tokens, Width),
            EmittedModel.Random(random, 1, Heads, Tokens, Width), EmittedModel.Random(random, 1, Heads, Past, Width));
        var expected = new TorchExecutor(graph).Outputs([q, x, past]);
        var actual = new TorchExecutor(cached).Outputs([q, x, kept ? Turned(past) : past]);
        Assert.Equal(expected.Count, actual.Count);
        // The last output is the present; the others are sums of four products at most, in another order.
        for (int i = 0; i < expected.Count; i++)
        {
            EmittedModel.AssertClose(kept && i == expected.Count - 1 ? Turned(expected[i]) : expected[i], actual[i], 1e-6);
        }
    }

    private static TinyModel Model(string keys, int groups)
    {
        var model = new TinyModel().Input("q", 1, Heads * groups, "S", Width).Input("x", 1, Heads, "S", Width)
            .Input("past_k", 1, Heads, "P", Width)
            .Integers("two", 2).Integers("three", 1, 1, groups, 1, 1).Integers("shape", 1, Heads * groups, -1, Width)
                .Integers("flatShape", 1, 1, -1, Width)
            .Node("present_k = Concat past_k x", TinyModel.Attribute("axis", 2));
        foreach (string node in keys.Split("; "))
        {
            _ = node.Contains("Transpose", StringComparison.Ordinal) ? model.Node(node, TinyModel.Attribute("perm", 0, 1, 3, 2))
                : model.Node(node);
        }

        model.Node("y = MatMul q keys").Output("y");
        return (keys.Contains("other", StringComparison.Ordinal) ? model.Output("other") : model).Output("present_k");
    }

    private static Tensor Turned(Tensor tensor) => new Transpose([0, 1, 3, 2]).Evaluate([tensor])![0];
}

using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Tests.Onnx;
using Xunit;

namespace MixPrec.Compiler.Tests.Execution;

/// <summary>Trained decoders with a cache say, token by token and in chunks, what they say of the whole text at once.</summary>
public sealed class CacheTests
{
    [Theory]
    [InlineData("stories260K-kv", "past_*=present_*", "", 160)]
    [InlineData("stories260K", "auto", "S=512", 160)]
    [InlineData("shakespeare-gpt", "auto", "", 128)]
    public void CachedAndUncachedAgree(string name, string cache, string dimensions, int length)
    {
        string path = Path(name);
        using var plain = new Uncached(path);
        var session = new CachedSession(path, cache, dimensions);
        long[] tokens = plain.Tokens(length);
        float[] expected = plain.Logits(tokens);
        AssertClose(expected, session.Batch(length, tokens, [.. Enumerable.Repeat(1, length)]), plain.Roundoff);
        AssertClose(expected, session.Batch(length, tokens, 1, 15, length - 17, 1), plain.Roundoff);
        AssertClose(expected, session.Batch(length, tokens, length), plain.Roundoff);
    }

    [Theory]
    [InlineData("stories260K-kv", "past_*=present_*", "")]
    [InlineData("stories260K", "auto", "S=512")]
    [InlineData("shakespeare-gpt", "auto", "")]
    public void GreedyTextIsThatOfTheModelWithoutCache(string name, string cache, string dimensions)
    {
        string path = Path(name);
        using var plain = new Uncached(path);
        long[] prompt = plain.Tokens(5);
        Assert.Equal(plain.Greedy(prompt, 30), new CachedSession(path, cache, dimensions).Greedy(prompt, 30));
    }

    [Theory]
    [InlineData("stories260K-kv", "past_*=present_*", "")]
    [InlineData("shakespeare-gpt", "auto", "")]
    public void SessionsKeepTheirContractAndAllocateNothing(string name, string cache, string dimensions) =>
        Assert.Equal(0, new CachedSession(Path(name), cache, dimensions).Contract());

    private static string Path(string name)
    {
        string folder = System.IO.Path.Combine(SharedMaterial.Models, name);
        SharedMaterial.SkipWhenAbsent(folder);
        return System.IO.Path.Combine(folder, "model.onnx");
    }

    /// <summary>
    /// Within the rounding errors of both runs: 2·u·√(Σ k) of the largest expected element, see <c>Roundoff</c> of the worker.
    /// </summary>
    private static void AssertClose(float[] expected, float[] actual, double roundoff)
    {
        double tolerance = roundoff * expected.Max(Math.Abs);
        Assert.Equal(expected.Length, actual.Length);
        Assert.Equal(-1, Array.FindIndex([.. expected.Zip(actual, (e, a) => Math.Abs(e - a))], difference => !(difference <= tolerance)));
    }

    /// <summary>
    /// The model as it is, run on the whole text each time; a text shorter than a constant context is filled up behind, which a causal
    /// model cannot see.
    /// </summary>
    private sealed class Uncached : IDisposable
    {
        private readonly Graph _graph;
        private readonly CompiledModel _model;
        private readonly int _classes;

        public Uncached(string path)
        {
            _graph = GraphRewrites.Apply(OnnxModelReader.Read(path, DimensionBindings.None).Graph);
            _model = CompiledModel.Compile(Lowerer.Lower(_graph, PrecisionAssignment.AllFloat, RangeTable.Empty,
                new LoweringOptions("Plain")));
            _classes = checked((int)_graph.Outputs[0].Shape[^1].Value);
            Roundoff = 2.0 / (1 << 24) * Math.Sqrt(_graph.Nodes.Where(n => n.Op is MatMul)
                .Sum(n => n.Input(0).Shape[^1] is { IsConstant: true } depth ? depth.Value : 64));
        }

        public double Roundoff { get; }

        public long[] Tokens(int count)
        {
            var random = new Random(count);
            return [.. Enumerable.Range(0, count).Select(_ => (long)random.Next(_classes))];
        }

        public float[] Logits(long[] tokens)
        {
            int length = _graph.Inputs[0].Shape[1] is { IsConstant: true } context ? checked((int)context.Value) : tokens.Length;
            var inputs = _graph.Inputs.Select((input, i) => i == 0
                ? Tensor.Create([.. tokens, .. new long[length - tokens.Length]], 1, length)
                : Tensor.Zeros(input.Type.Element, [.. input.Shape.Select(d => d.IsConstant ? d.Value : d.ToString() == "N" ? 1 : 0)]))
                    .ToArray();
            return _model.Run(inputs)[0].Span<float>()[..(tokens.Length * _classes)].ToArray();
        }

        public long[] Greedy(long[] prompt, int count)
        {
            long[] text = prompt;
            for (int i = 0; i < count; i++)
            {
                float[] last = Logits(text)[^_classes..];
                text = [.. text, Array.IndexOf(last, last.Max())];
            }

            return text[prompt.Length..];
        }

        public void Dispose() => _model.Dispose();
    }
}

using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Rewrites.Caches;
using MixPrec.Emit;

namespace MixPrec.Benchmarks.Networks;

/// <summary>A decoder as the class that a build generates, all in fp32, with the cache of one sequence.</summary>
internal sealed class Decoder : IDisposable
{
    private readonly IDisposable _session;
    private readonly Action<int> _again;

    /// <param name="path">A model with past and present of the names past_* and present_*, or a plain decoder.</param>
    /// <param name="maxTokens">Room of the cache; the context where that is shorter.</param>
    public Decoder(string path, int maxTokens)
    {
        var plain = GraphRewrites.Apply(OnnxModelReader.Read(path, DimensionBindings.None).Graph);
        Inputs = plain.Inputs;
        MaxTokens = Inputs[0].Shape[^1] is { IsConstant: true } window ? Math.Min(maxTokens, checked((int)window.Value)) : maxTokens;
        var cached = CachedGraph.Create(CacheBindings.Parse(Inputs.Count > 1 ? "past_*=present_*" : "auto"), plain, path,
            DimensionBindings.None)!;
        var lowered = Lowerer.Lower(cached.Graph, PrecisionAssignment.AllFloat, RangeTable.Empty,
            new LoweringOptions("Net") { Cache = cached.Cache });
        int classes = checked((int)cached.Graph.Outputs[0].Shape[^1].Value);
        var program = CSharpAssembly.Load([ModelEmitter.Emit(lowered.Plan), $$"""
            using System;
            public sealed class Program : IDisposable
            {
                private readonly Net net;
                private readonly Net.Session session;
                private readonly long[] token = [1];
                private readonly float[] logits = new float[{{classes}}];

                public Program(byte[] weights, int maxTokens)
                {
                    net = Net.Load(weights);
                    session = net.CreateSession(maxTokens);
                }

                public void Again(int position)
                {
                    while (session.Length < position) session.Next(token, logits);
                    session.Rewind(position);
                    session.Next(token, logits);
                }

                public void Dispose()
                {
                    session.Dispose();
                    net.Dispose();
                }
            }
            """]).GetType("Program")!;
        _session = (IDisposable)Activator.CreateInstance(program, lowered.Weights.ToArray(), MaxTokens)!;
        _again = program.GetMethod("Again")!.CreateDelegate<Action<int>>(_session);
    }

    public int MaxTokens { get; }

    /// <summary>Of the model: its tokens, and the past if it takes one.</summary>
    public IReadOnlyList<Value> Inputs { get; }

    /// <summary>The token behind <paramref name="position"/> others.</summary>
    public void Next(int position) => _again(position);

    public void Dispose() => _session.Dispose();
}

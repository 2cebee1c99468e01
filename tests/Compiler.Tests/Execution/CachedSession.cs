using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Rewrites.Caches;
using MixPrec.Emit;
using MixPrec.Runtime;

namespace MixPrec.Compiler.Tests.Execution;

/// <summary>A decoder with a cache as the class that ships, driven through its public members.</summary>
internal sealed class CachedSession
{
    private readonly byte[] _weights;
    private readonly Func<byte[], int, long[], int[], float[]> _batch;
    private readonly Func<byte[], long[], int, long[]> _greedy;
    private readonly Func<byte[], long> _contract;

    public CachedSession(string modelPath, string cache, string dimensions = "", PrecisionAssignment? precisions = null)
    {
        var bindings = DimensionBindings.Parse(dimensions);
        var plain = GraphRewrites.Apply(OnnxModelReader.Read(modelPath, bindings).Graph);
        Cached = CachedGraph.Create(CacheBindings.Parse(cache), plain, modelPath, bindings)!;
        var lowered = Lowerer.Lower(Cached.Graph, precisions ?? PrecisionAssignment.AllFloat, RangeTable.Empty,
            new LoweringOptions("Net") { Cache = Cached.Cache });
        var plan = Plan.PlanReader.Read(Plan.PlanWriter.Write(lowered.Plan));
        _weights = lowered.Weights.ToArray();
        int classes = checked((int)Cached.Graph.Outputs[0].Shape[^1].Value);
        var program = CSharpAssembly.Load([ModelEmitter.Emit(plan), $$"""
            using System;
            using System.Linq;
            public static class Program
            {
                private const int Classes = {{classes}};

                public static float[] Batch(byte[] weights, int maxTokens, long[] tokens, int[] chunks)
                {
                    using var net = Net.Load(weights);
                    using var session = net.CreateSession(maxTokens);
                    var logits = new float[tokens.Length * Classes];
                    foreach (int chunk in chunks)
                    {
                        int at = session.Length;
                        session.Next(tokens.AsSpan(at, chunk), logits.AsSpan(at * Classes, chunk * Classes));
                    }
                    return logits;
                }

                public static long[] Greedy(byte[] weights, long[] prompt, int count)
                {
                    using var net = Net.Load(weights);
                    using var session = net.CreateSession(prompt.Length + count);
                    var logits = new float[prompt.Length * Classes];
                    session.Next(prompt, logits);
                    var next = new long[1];
                    var text = new long[count];
                    for (int i = 0; i < count; i++)
                    {
                        var row = logits.AsSpan(logits.Length - Classes);
                        text[i] = next[0] = row.IndexOf(System.Numerics.Tensors.TensorPrimitives.Max(row));
                        logits = new float[Classes];
                        session.Next(next, logits);
                    }
                    return text;
                }

                public static long Contract(byte[] weights)
                {
                    using var net = Net.Load(weights);
                    using var session = net.CreateSession(12);
                    float[] first = new float[Classes], again = new float[Classes];
                    long[] one = [3];
                    void Check(bool condition, string what) { if (!condition) throw new Exception(what); }
                    void Refuses<T>(Action action) where T : Exception { try { action(); } catch (T) { return; } throw new Exception("not refused"); }
                    session.Next([1, 2], new float[2 * Classes]);
                    session.Next(one, first);
                    Refuses<ArgumentException>(() => session.Next(one, new float[Classes - 1]));
                    Refuses<ArgumentException>(() => session.Next(Array.Empty<long>(), Array.Empty<float>()));
                    Refuses<InvalidOperationException>(() => session.Next(new long[10], new float[10 * Classes]));
                    Refuses<ArgumentOutOfRangeException>(() => session.Rewind(4));
                    Refuses<ArgumentOutOfRangeException>(() => session.Rewind(-1));
                    Refuses<ArgumentOutOfRangeException>(() => net.CreateSession(0));
                    Check(session.Length == 3 && session.MaxTokens == 12, "a refused run moved the sequence");
                    session.Rewind(2);
                    session.Next(one, again);
                    Check(first.AsSpan().SequenceEqual(again), "rewinding changed the past");
                    session.Reset();
                    session.Next([1, 2], new float[2 * Classes]);
                    session.Next(one, again);
                    Check(first.AsSpan().SequenceEqual(again), "a reset left something behind");
                    while (session.Length < 12) session.Next(one, again);
                    Refuses<InvalidOperationException>(() => session.Next(one, again));
                    session.Reset();
                    long before = GC.GetAllocatedBytesForCurrentThread();
                    while (session.Length < 12) session.Next(one, again);
                    return GC.GetAllocatedBytesForCurrentThread() - before;
                }
            }
            """]).GetType("Program")!;
        _batch = program.GetMethod("Batch")!.CreateDelegate<Func<byte[], int, long[], int[], float[]>>();
        _greedy = program.GetMethod("Greedy")!.CreateDelegate<Func<byte[], long[], int, long[]>>();
        _contract = program.GetMethod("Contract")!.CreateDelegate<Func<byte[], long>>();
    }

    public CachedGraph Cached { get; }

    /// <summary>The rows for all tokens, fed in chunks of the given lengths.</summary>
    public float[] Batch(int maxTokens, long[] tokens, params int[] chunks) => _batch(_weights, maxTokens, tokens, chunks);

    /// <summary>The most likely tokens behind a prompt.</summary>
    public long[] Greedy(long[] prompt, int count) => _greedy(_weights, prompt, count);

    /// <summary>Checks refusals, rewinding and resetting; returns the bytes that twelve runs of one token allocate.</summary>
    public long Contract() => _contract(_weights);
}

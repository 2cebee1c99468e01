using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Rewrites.Caches;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Emit;
using MixPrec.Runtime;
using Xunit;

namespace MixPrec.Compiler.Tests.Execution;

/// <summary>Sizes that are equal only when the model runs, in networks whose sessions keep something from run to run.</summary>
public sealed class ConditionedSessionTests
{
    private const int Width = 4;

    /// <summary>The state is the sum of all rows so far; a run that breaks the condition is refused and leaves it.</summary>
    [Fact]
    public void AStateBesideAConditionIsKept()
    {
        using var model = new TinyModel().Input("x", "n", Width).Input("z", "m", Width).Input("s_in", 1, Width)
            .Initializer("axes", Tensor.Create([0L]))
            .Node("t = Add x z").Node("r = ReduceSum t axes").Node("s_out = Add s_in r").Node("y = Add t s_out").Output("y")
                .Output("s_out");
        var graph = GraphRewrites.Apply(model.Graph());
        var lowered = Lowerer.Lower(graph, PrecisionAssignment.AllFloat, RangeTable.Empty,
            new LoweringOptions("Net") { States = StateBindings.Parse("s_in=s_out").PortsOf(graph, "model.onnx") });
        Assert.Equal("m = n", Assert.Single(lowered.Plan.Requirements).ToString());
        var result = Run<Func<byte[], float[]>>(lowered, """
            public static float[] User(byte[] weights)
            {
                using var net = Net.Load(weights);
                using var session = net.CreateSession();
                float[] one = [1, 2, 3, 4], two = [1, 2, 3, 4, 1, 2, 3, 4], y = new float[8];
                session.Run(2, 2, two, two, y);
                try { session.Run(2, 1, two, one, y); throw new Exception("not refused"); } catch (ArgumentException) { }
                session.Run(1, 1, one, one, y.AsSpan(0, 4));
                return y[..4];
            }
            """)(lowered.Weights.ToArray());
        Assert.Equal([8f, 16, 24, 32], result);
    }

    /// <summary>As many positions as tokens: with a cache too, that is no dimension of one sequence which could be 1.</summary>
    [Fact]
    public void ACacheBesideAConditionSaysWhatTheWholeTextSays()
    {
        var random = new Random(5);
        using var model = new TinyModel().Input("ids", Plan.ElementType.I64, 1, "tokens").Input("positions", "b", "count", Width)
            .Input("past", 1, "past", Width)
            .Initializer("table", EmittedModel.Random(random, 9, Width)).Initializer("w", EmittedModel.Random(random, Width, 7))
                .Node("e = Gather table ids").Node("n = Add e positions")
            .Node("present = Concat past n", TinyModel.Attribute("axis", 1L))
                .Node("keys = Transpose present", TinyModel.Attribute("perm", 0L, 2, 1))
            .Node("scores = MatMul n keys").Node("weights = Softmax scores", TinyModel.Attribute("axis", -1L))
                .Node("h = MatMul weights present").Node("y = MatMul h w").Output("y").Output("present");
        string path = model.Save();
        var plain = GraphRewrites.Apply(OnnxModelReader.Read(path, DimensionBindings.None).Graph);
        var cached = CachedGraph.Create(CacheBindings.Parse("past=present"), plain, path, DimensionBindings.None)!;
        var lowered = Lowerer.Lower(cached.Graph, PrecisionAssignment.AllFloat, RangeTable.Empty,
            new LoweringOptions("Net") { Cache = cached.Cache });
        float[] positions = EmittedModel.Random(random, 4, Width).Span<float>().ToArray();
        var result = Run<Func<byte[], long[], float[], float[]>>(lowered, """
            public static float[] User(byte[] weights, long[] ids, float[] positions)
            {
                using var net = Net.Load(weights);
                using var session = net.CreateSession(8);
                var y = new float[4 * 7];
                session.Next(ids.AsSpan(0, 1), positions.AsSpan(0, 4), y.AsSpan(0, 7));
                session.Next(ids.AsSpan(1, 2), positions.AsSpan(4, 8), y.AsSpan(7, 14));
                session.Next(ids.AsSpan(3, 1), positions.AsSpan(12, 4), y.AsSpan(21, 7));
                return y;
            }
            """)(lowered.Weights.ToArray(), [3, 1, 4, 1], positions);

        // Step by step with the past that the plain network returned.
        using var whole = CompiledModel.Compile(Lowerer.Lower(plain, PrecisionAssignment.AllFloat, RangeTable.Empty,
            new LoweringOptions("Plain")));
        var past = Tensor.Zeros(Plan.ElementType.F32, 1, 0, Width);
        var expected = new List<float>();
        foreach (var (at, count) in new[] { (0, 1), (1, 2), (3, 1) })
        {
            var outputs = whole.Run([Tensor.Create(new long[] { 3, 1, 4, 1 }[at..(at + count)], 1, count),
                Tensor.Create(positions[(at * Width)..((at + count) * Width)], 1, count, Width), past]);
            expected.AddRange(outputs[0].Span<float>());
            past = outputs[1];
        }

        Assert.Equal(expected.Count, result.Length);
        Assert.All(expected.Zip(result), p => Assert.Equal(p.First, p.Second, 1e-5f));
    }

    private static TDelegate Run<TDelegate>(LoweredModel lowered, string method) where TDelegate : Delegate =>
        CSharpAssembly.Load([ModelEmitter.Emit(lowered.Plan), $$"""
            using System;
            public static class Program
            {
                {{method}}
            }
            """]).GetType("Program")!.GetMethod("User")!.CreateDelegate<TDelegate>();
}

using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Emit;
using MixPrec.Runtime;
using Xunit;

namespace MixPrec.Compiler.Tests.Execution;

/// <summary>State that a session keeps: an LSTM fed in chunks says what it says of the whole sequence.</summary>
public sealed class StateTests
{
    private const int Inputs = 5, Hidden = 19, Steps = 12;

    private static readonly LoweredModel Lstm = Lower("h_in=h_out;c_in=c_out");

    [Fact]
    public void ChunksSayWhatTheWholeSequenceSays()
    {
        float[] x = EmittedModel.Random(new Random(3), Steps, 1, Inputs).Span<float>().ToArray();
        float[][] ys = Call<Func<byte[], float[], float[][]>>("""
            public static float[][] User(byte[] weights, float[] x)
            {
                using var net = Net.Load(weights);
                using var session = net.CreateSession();
                using var other = net.CreateSession();
                float[] whole = new float[12 * 19], chunks = new float[12 * 19], again = new float[12 * 19];
                session.Run(x, whole);
                session.Reset();
                int at = 0;
                foreach (int steps in new[] { 1, 4, 2, 5 })
                {
                    session.Run(steps, x.AsSpan(at * 5, steps * 5), chunks.AsSpan(at * 19, steps * 19));
                    other.Run(1, new float[5], new float[19]);
                    at += steps;
                }
                session.Reset();
                session.Run(x, again);
                return [whole, chunks, again];
            }
            """)(File(), x);
        Assert.Equal(ys[0], ys[1]);
        Assert.Equal(ys[0], ys[2]);

        // The whole sequence without state bindings, its states zero, is the independent answer.
        using var plain = CompiledModel.Compile(Lower(""));
        var zero = Tensor.Zeros(Plan.ElementType.F32, 1, 1, Hidden);
        Assert.Equal(plain.Run([Tensor.Create(x, Steps, 1, Inputs), zero, zero])[0].Span<float>().ToArray(), ys[0]);
    }

    [Fact]
    public void ARefusedRunLeavesTheStateAndRunsAllocateNothing() => Assert.Equal(0, Call<Func<byte[], long>>("""
        public static long User(byte[] weights)
        {
            using var net = Net.Load(weights);
            using var session = net.CreateSession();
            float[] x = [1, 2, 3, 4, 5], first = new float[19], second = new float[19], expected = new float[38];
            session.Run([.. x, .. x], expected);
            session.Reset();
            session.Run(1, x, first);
            try { session.Run(1, x, new float[18]); throw new Exception("not refused"); } catch (ArgumentException) { }
            session.Run(1, x, second);
            if (!second.AsSpan().SequenceEqual(expected.AsSpan(19))) throw new Exception("the state changed");
            for (int i = 0; i < 100; i++) session.Run(1, x, second);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++) { session.Run(1, x, second); session.Reset(); }
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        """)(File()));

    [Theory]
    [InlineData("h_in", "pairs such as")]
    [InlineData("h_in=h_out;h_in=c_out", "each name once")]
    [InlineData("h=h_out", "for 'h' one of the model's inputs: x, h_in, c_in")]
    [InlineData("h_in=h", "for 'h' one of the model's outputs: y, h_out, c_out")]
    [InlineData("h_in=y", "an input and an output of one type")]
    public void WrongBindingsSayWhatIsExpected(string state, string expected)
    {
        var error = Assert.Throws<MixPrecException>(() => Lower(state));
        Assert.Equal("MXP1002", error.Description.Id);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private static LoweredModel Lower(string state)
    {
        var random = new Random(7);
        using var model = new TinyModel(14).Input("x", "steps", 1, Inputs).Input("h_in", 1, 1, Hidden).Input("c_in", 1, 1, Hidden)
            .Initializer("w", EmittedModel.Random(random, 1, 4 * Hidden, Inputs))
                .Initializer("r", EmittedModel.Random(random, 1, 4 * Hidden, Hidden))
                .Initializer("b", EmittedModel.Random(random, 1, 8 * Hidden))
            .Node("y h_out c_out = LSTM x w r b _ h_in c_in").Output("y").Output("h_out").Output("c_out");
        var graph = GraphRewrites.Apply(model.Graph());
        return Lowerer.Lower(graph, PrecisionAssignment.AllFloat, RangeTable.Empty,
            new LoweringOptions("Net") { States = StateBindings.Parse(state).PortsOf(graph, "model.onnx") });
    }

    private static TDelegate Call<TDelegate>(string method) where TDelegate : Delegate =>
        CSharpAssembly.Load([ModelEmitter.Emit(Lstm.Plan), $$"""
            using System;
            public static class Program
            {
                {{method}}
            }
            """]).GetType("Program")!.GetMethod("User")!.CreateDelegate<TDelegate>();

    private static byte[] File() => Lstm.Weights.ToArray();
}

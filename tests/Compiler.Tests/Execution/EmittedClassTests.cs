using System.Reflection;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Lowering;
using MixPrec.Emit;
using MixPrec.Runtime;
using Xunit;

namespace MixPrec.Compiler.Tests.Execution;

/// <summary>
/// The class as its user sees it: each test is a few lines of C# compiled together with the emitted class <c>Tests.Net</c>.
/// </summary>
public sealed class EmittedClassTests
{
    private static readonly LoweredModel Symbolic = Networks.Mlp(symbolic: true), Constant = Networks.Mlp(symbolic: false);

    [Fact]
    public void EachOverloadGivesTheSameNumbers()
    {
        float[] x = Networks.Random(1, 3, Networks.Inputs).Span<float>().ToArray();
        float[][] results = Call<Func<byte[], float[], float[][]>>(Symbolic, """
            public static float[][] User(byte[] weights, float[] x)
            {
                using var net = Tests.Net.Load(weights);
                using var session = net.CreateSession();
                var y = new float[6][];
                for (int i = 0; i < y.Length; i++) y[i] = new float[Tests.Net.LogitsLength(3)];
                net.Run(3, x, y[0]);
                net.Run(x, y[1]);
                net.Run(new ReadOnlyTensorSpan<float>(x, [3, 37]), new TensorSpan<float>(y[2], [3, 5]));
                session.Run(3, x, y[3]);
                session.Run(x, y[4]);
                session.Run(new ReadOnlyTensorSpan<float>(x, [3, 37]), new TensorSpan<float>(y[5], [3, 5]));
                return y;
            }
            """)(File(Symbolic), x);
        float[] expected = Networks.MlpReference(x);
        Assert.All(results, y => Assert.Equal(results[0], y));
        Assert.All(expected.Zip(results[0]), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void ConstantsDescribeThePorts() => Call<Action<byte[]>>(Constant, """
        public static void User(byte[] weights)
        {
            const int length = Tests.Net.ImageLength + Tests.Net.LogitsLength;
            Check(length == 42);
            Check(Tests.Net.ImageShape.SequenceEqual([1, 37]));
            Check(Tests.Net.PlanHash.Length == 64 && Tests.Net.Info.PlanHash == Tests.Net.PlanHash && Tests.Net.Info.Name == "Net");
            Check(System.Text.Json.JsonSerializer.Serialize(Tests.Net.Info).Contains("\"Speedup\":null"));
            using var net = Tests.Net.Load(weights);
            Action<ReadOnlySpan<float>, Span<float>> run = net.Run;
            run(new float[37], new float[5]);
        }
        """)(File(Constant));

    [Theory]
    [InlineData("net.Run(3, new float[36], new float[15])", "'image' must have 111 elements")]
    [InlineData("net.Run(3, new float[111], new float[14])", "'logits' must have 15 elements")]
    [InlineData("net.Run(new float[38], new float[5])", "'image' must have a multiple of 37 elements")]
    [InlineData("net.Run(-1, default, default)", "'image' must have -37 elements")]
    [InlineData("net.Run(int.MaxValue, default, default)", "'image' must have 79456894939 elements")]
    [InlineData("net.Run(new ReadOnlyTensorSpan<float>(new float[74], [2, 37]), new TensorSpan<float>(new float[10], [5, 2]))",
        "'logits' must have shape [2, 5], but has [5, 2]")]
    [InlineData("net.Run(new ReadOnlyTensorSpan<float>(new float[74], [2, 37, 1]), new TensorSpan<float>(new float[10], [2, 5]))",
        "'image' must have shape [2, 37], but has [2, 37, 1]")]
    [InlineData("Tests.Net.Load(new byte[10])", "truncated")]
    [InlineData("Tests.Net.Load(\"missing.weights\")", "missing.weights")]
    [InlineData("net.Dispose(); net.Run(new float[37], new float[5])", "disposed")]
    public void MistakesAreNamed(string call, string message)
    {
        var user = Call<Action<byte[]>>(Symbolic, $$"""
            public static void User(byte[] weights)
            {
                using var net = Tests.Net.Load(weights);
                {{call}};
            }
            """);
        Assert.Contains(message, Assert.ThrowsAny<Exception>(() => user(File(Symbolic))).Message);
    }

    [Fact]
    public void WeightsOfAnotherPlanAreRefused()
    {
        var user = Call<Action<byte[]>>(Symbolic, "public static void User(byte[] weights) { using var net = Tests.Net.Load(weights); }");
        Assert.Throws<ModelWeightsMismatchException>(() => user(File(Constant)));
    }

    [Theory]
    [InlineData("net.Run(2, x, y)", true)]
    [InlineData("net.Run(2, x, y)", false)]
    [InlineData("net.Run(x, y)", true)]
    [InlineData("net.Run(x, y)", false)]
    [InlineData("session.Run(x, y)", true)]
    [InlineData("session.Run(x, y)", false)]
    [InlineData("net.Run(tx, ty)", true)]
    [InlineData("net.Run(tx, ty)", false)]
    public void RunAllocatesNothing(string call, bool optimized) => Assert.Equal(0, Call<Func<byte[], long>>(Symbolic, $$"""
        public static long User(byte[] weights)
        {
            using var net = Tests.Net.Load(weights);
            using var session = net.CreateSession();
            float[] x = new float[74], y = new float[10];
            var tx = new ReadOnlyTensorSpan<float>(x, [2, 37]);
            var ty = new TensorSpan<float>(y, [2, 5]);
            for (int i = 0; i < 50; i++) {{call}};
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 200; i++) {{call}};
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        """, optimized)(File(Symbolic)));

    [Fact]
    public void ThreadsShareOneModel()
    {
        float[][] xs = [.. Enumerable.Range(1, 8).Select(i => Networks.Random(i, i, Networks.Inputs).Span<float>().ToArray())];
        float[][] ys = Call<Func<byte[], float[][], float[][]>>(Symbolic, """
            public static float[][] User(byte[] weights, float[][] xs)
            {
                using var net = Tests.Net.Load(weights);
                var ys = new float[xs.Length][];
                System.Threading.Tasks.Parallel.For(0, xs.Length * 50, i =>
                {
                    var y = new float[xs[i % xs.Length].Length / 37 * 5];
                    net.Run(xs[i % xs.Length], y);
                    var other = System.Threading.Interlocked.CompareExchange(ref ys[i % xs.Length], y, null);
                    Check(other is null || other.AsSpan().SequenceEqual(y));
                });
                return ys;
            }
            """)(File(Symbolic), xs);
        Assert.All(xs.Zip(ys), pair =>
            Assert.All(Networks.MlpReference(pair.First).Zip(pair.Second), v => Assert.Equal(v.First, v.Second, 1e-5f)));
    }

    [Fact]
    public void TheDefaultLoadFollowsTheWeightsMode()
    {
        Assert.DoesNotContain("Load(int threads", ModelEmitter.Emit(Symbolic.Plan));
        foreach (string mode in new[] { "File", "Embedded" })
        {
            var lowered = Networks.Mlp(true, $"Net{mode}", mode);
            var load = CSharpAssembly.Load([ModelEmitter.Emit(lowered.Plan)]).GetType($"Tests.Net{mode}")!.GetMethod("Load", [typeof(int)])!;
            var reason = Assert.Throws<TargetInvocationException>(() => load.Invoke(null, [1])).InnerException!;
            Assert.Contains(mode == "File" ? ".NetFile.weights" : "MixPrec.Tests.NetEmbedded.weights", reason.Message);
        }
    }

    private static TDelegate Call<TDelegate>(LoweredModel model, string method, bool optimized = true) where TDelegate : Delegate
    {
        string user = $$"""
            using System;
            using System.Numerics.Tensors;
            public static class Program
            {
                {{method}}
                private static void Check(bool condition) { if (!condition) throw new Exception("a check failed"); }
            }
            """;
        return CSharpAssembly.Load([ModelEmitter.Emit(model.Plan), user], optimized)
            .GetType("Program")!.GetMethod("User")!.CreateDelegate<TDelegate>();
    }

    private static byte[] File(LoweredModel model) => model.Weights.ToArray();
}

using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Graphs;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Execution;

public sealed class CompiledModelTests
{
    [Fact]
    public void ConstantShapes()
    {
        using var model = CompiledModel.Compile(Networks.Mlp(symbolic: false));
        var x = Networks.Random(7, 1, Networks.Inputs);
        AssertClose(Networks.MlpReference(x.Span<float>()), Assert.Single(model.Run([x])));
    }

    [Fact]
    public void EachBatchSizeThroughOneModel()
    {
        using var model = CompiledModel.Compile(Networks.Mlp(symbolic: true));
        foreach (int batch in new[] { 1, 7, 64, 3 })
        {
            var x = Networks.Random(batch, batch, Networks.Inputs);
            var y = Assert.Single(model.Run([x]));
            Assert.Equal([batch, Networks.Outputs], y.Shape);
            AssertClose(Networks.MlpReference(x.Span<float>()), y);
        }
    }

    [Fact]
    public void QuantizedProductIsExact()
    {
        const int K = 23, N = 18, Batch = 3;
        var random = new Random(5);
        sbyte[,] w = new sbyte[K, N];
        for (int i = 0; i < w.Length; i++)
        {
            w[i / N, i % N] = (sbyte)random.Next(-127, 128);
        }

        using var model = CompiledModel.Compile(Networks.Int8(w));
        var x = Networks.Random(6, Batch, K);
        float[] y = Assert.Single(model.Run([x])).Span<float>().ToArray();
        for (int i = 0; i < y.Length; i++)
        {
            // Codes are integers below 2^8 and the sum stays below 2^24, so that single precision holds it exactly.
            int sum = Enumerable.Range(0, K).Sum(k => (Code(x.Span<float>()[(i / N * K) + k]) - 100) * w[k, i % N]);
            Assert.Equal(sum / 64f, y[i]);
        }

        static int Code(float value) => Math.Clamp((int)MathF.Round(value * 64, MidpointRounding.ToEven) + 100, 0, 255);
    }

    [Fact]
    public void TwoInputsAndTwoOutputs()
    {
        using var model = CompiledModel.Compile(Networks.TwoByTwo("a", "b", "y", "z"));
        Tensor a = Networks.Random(1, 2, 3, 4), b = Networks.Random(2, 4, 2);
        var outputs = model.Run([a, b]);
        float[] expected = [.. from row in Enumerable.Range(0, 6) from column in Enumerable.Range(0, 2) select (float)Enumerable.Range(0, 4)
            .Sum(k => (double)a.Span<float>()[(row * 4) + k] * b.Span<float>()[(k * 2) + column])];
        AssertClose(expected, outputs[0]);
        AssertClose(expected[6..], outputs[1]);
    }

    [Fact]
    public void ManyModelsInOneCompilation()
    {
        var models = CompiledModel.CompileMany([Networks.Mlp(true), Networks.Mlp(false), Networks.TwoByTwo("a", "b", "y", "z"),
            Networks.Mlp(true, "Other")]);
        var x = Networks.Random(1, 1, Networks.Inputs);
        foreach (int i in new[] { 0, 1, 3 })
        {
            AssertClose(Networks.MlpReference(x.Span<float>()), models[i].Run([x])[0]);
        }

        foreach (var model in models)
        {
            model.Dispose();
        }
    }

    [Fact]
    public void PreparedRunAllocatesNothing()
    {
        using var model = CompiledModel.Compile(Networks.Mlp(symbolic: true));
        using var run = model.Prepare([Networks.Random(1, 4, Networks.Inputs)]);
        run.Invoke();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            run.Invoke();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void InputsThatDoNotFitAreRefused()
    {
        using var model = CompiledModel.Compile(Networks.Mlp(symbolic: true));
        Assert.Contains("1 inputs", Assert.Throws<ArgumentException>(() => model.Run([])).Message);
        Assert.Contains("image", Assert.Throws<ArgumentException>(() => model.Run([Networks.Random(1, 2, 36)])).Message);
        Assert.Contains("batch", Assert.Throws<ArgumentException>(() => model.Run([Networks.Random(1, Networks.Inputs)])).Message);
        Assert.Contains("F64", Assert.Throws<ArgumentException>(() =>
            model.Run([Tensor.Zeros(ElementType.F64, 1, Networks.Inputs)])).Message);
    }

    [Fact]
    public void ClassThatDoesNotCompileIsAnInternalError()
    {
        var lowered = Networks.Mlp(true);
        var broken = lowered with { Plan = lowered.Plan
            with { Steps = new(lowered.Plan.Steps.Select(s => s with { Method = "Gemm.Nothing" })) } };
        Assert.Equal("MXP9001", Assert.Throws<MixPrecException>(() => CompiledModel.Compile(broken)).Description.Id);
    }

    /// <summary>Products of at most 37 numbers below 1, so that 1e-5 is above the bound (k + 1) · ε · k.</summary>
    private static void AssertClose(float[] expected, Tensor actual)
    {
        float[] values = actual.Span<float>().ToArray();
        Assert.Equal(expected.Length, values.Length);
        for (int i = 0; i < values.Length; i++)
        {
            Assert.Equal(expected[i], values[i], 1e-5f);
        }
    }
}

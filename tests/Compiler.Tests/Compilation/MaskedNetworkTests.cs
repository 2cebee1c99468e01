using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Sensitivity;
using MixPrec.Compiler.Tests.Data;
using MixPrec.Compiler.Tests.Onnx;
using Xunit;

namespace MixPrec.Compiler.Tests.Compilation;

/// <summary>Infinity where it is meant: a causal mask of −∞ in a network that is calibrated, estimated, planned and run.</summary>
public sealed class MaskedNetworkTests
{
    private const int Tokens = 4, Width = 16;

    /// <summary>softmax(x·Wq·(x·Wk)ᵀ / 4 + mask)·(x·Wv)·Wo.</summary>
    private static TinyModel Attention(Random random, bool maskedOutput = false)
    {
        var mask = Tensor.Create(
            [.. Enumerable.Range(0, Tokens * Tokens).Select(i => i % Tokens > i / Tokens ? float.NegativeInfinity : 0)],
            Tokens, Tokens);
        var model = new TinyModel().Input("x", "batch", Tokens, Width).Initializer("mask", mask).Initializer("scale", Tensor.Create([0.25f]));
        foreach (string name in new[] { "wq", "wk", "wv", "wo" })
        {
            model.Initializer(name, Scaled(EmittedModel.Random(random, Width, Width), 0.5f));
        }

        model.Node("q = MatMul x wq").Node("k = MatMul x wk").Node("v = MatMul x wv")
            .Node("t = Transpose k", TinyModel.Attribute("perm", 0, 2, 1))
            .Node("s = MatMul q t").Node("c = Mul s scale").Node("m = Add c mask").Node("p = Softmax m").Node("o = MatMul p v")
                .Node("y = MatMul o wo");
        return maskedOutput
            ? model.Initializer("never", Tensor.Create([.. Enumerable.Range(0, Width).Select(i => i == 3 ? float.NegativeInfinity : 0)], Width))
                .Node("z = Add y never").Output("z")
            : model.Output("y");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ANetworkWithACausalMaskIsPlanned(bool maskedOutput)
    {
        var random = new Random(11);
        using var model = Attention(random, maskedOutput);
        var planned = Plan(model, random, out var options);
        Assert.Contains(planned.Assignment.Choices, c => c.Value.QuantizesActivations);

        var graph = GraphRewrites.Apply(model.Graph());
        using var exact = Compile(graph, PrecisionAssignment.AllFloat, RangeTable.Empty);
        using var mixed = Compile(planned.Scaled(graph)!, planned.Assignment, planned.Ranges);
        var x = EmittedModel.Random(random, 8, Tokens, Width);
        var (y, z) = (exact.Run([x])[0], mixed.Run([x])[0]);
        AssertSameInfinities(y, z);
        Assert.InRange(RelativeError(y, z), 1e-7, options.ErrorBudget);

        // What the mask hides has no influence at all: the first token sees itself alone.
        var other = Tensor.Create([.. x.Span<float>().ToArray().Select((value, i) => i / Width % Tokens == 0 ? value : -value)], 8,
            Tokens, Width);
        foreach (var network in new[] { exact, mixed })
        {
            Assert.Equal(FirstTokens(network.Run([x])[0]), FirstTokens(network.Run([other])[0]));
        }
    }

    /// <summary>
    /// A layer that reads infinity keeps the range of the rest, and fp32: bytes have no code for it. The others are estimated as ever.
    /// </summary>
    [Fact]
    public void WhatReadsInfinityStaysFloat()
    {
        var random = new Random(12);
        using var model = new TinyModel().Input("x", "batch", Width).Initializer("w", Positive(random))
            .Initializer("u", EmittedModel.Random(random, Width, Width))
            .Node("a = MatMul x w").Node("b = Sigmoid a").Node("c = MatMul b u").Output("c");
        string data = Directory.CreateDirectory(Path.Combine(model.Folder, "data")).FullName;
        float[] x = [.. EmittedModel.Random(random, 100, Width).Span<float>().ToArray()
            .Select((value, i) => i % 160 == 7 ? float.NegativeInfinity : value)];
        File.WriteAllBytes(Path.Combine(data, "x.npy"), NpyFile.Bytes("<f4", x, 100, Width));
        var built = Built(model, data, out _);
        Assert.Contains("MatMul_a", Assert.Single(built.Diagnostics, d => d.Description.Id == "MXP3015").Text, StringComparison.Ordinal);
        var planned = built.Lock!;
        Assert.Equal(["MatMul_c"], planned.Assignment.Choices.Select(c => c.Key));

        var graph = GraphRewrites.Apply(model.Graph());
        var ranges = RangeCalibration.Collect(ActivationRanges.MinMax, new TorchExecutor(graph), graph, [[Tensor.Create(x, 100, Width)]]);
        Assert.Equal(["MatMul_a"], ranges.NotFinite);
        Assert.Equal((x.Where(float.IsFinite).Min(), x.Where(float.IsFinite).Max()),
            (ranges.Ranges["MatMul_a"].Lowest, ranges.Ranges["MatMul_a"].Highest));
    }

    private static LockedPlan Plan(TinyModel model, Random random, out CompilerOptions options)
    {
        string data = Directory.CreateDirectory(Path.Combine(model.Folder, "data")).FullName;
        File.WriteAllBytes(Path.Combine(data, "x.npy"),
            NpyFile.Bytes("<f4", EmittedModel.Random(random, 100, Tokens, Width).Span<float>().ToArray(), 100, Tokens, Width));
        return Built(model, data, out options).Lock!;
    }

    private static CompilationResult Built(TinyModel model, string data, out CompilerOptions options)
    {
        options = new CompilerOptions
        {
            Model = model.Save(), ClassName = "Masked", CalibrationData = data, LockFile = Path.Combine(model.Folder, "lock.json"),
                ErrorBudget = 0.1, Objective = Objective.Memory,
        };
        var result = ModelCompiler.Build(options, () => new MemoryStream(), Stages.Unheard, TestContext.Current.CancellationToken);
        Assert.NotNull(result.Plan);
        return result;
    }

    private static CompiledModel Compile(Graph graph, PrecisionAssignment precisions, RangeTable ranges) =>
        CompiledModel.Compile(Lowerer.Lower(graph, precisions, ranges, new LoweringOptions("Masked")));

    private static Tensor Positive(Random random) =>
        Tensor.Create([.. EmittedModel.Random(random, Width, Width).Span<float>().ToArray().Select(w => 0.1f + Math.Abs(w))], Width, Width);

    private static Tensor Scaled(Tensor tensor, float factor) =>
        Tensor.Create([.. tensor.Span<float>().ToArray().Select(w => w * factor)], tensor.Shape);

    private static float[] FirstTokens(Tensor y) => [.. y.Span<float>().ToArray().Where((_, i) => i / Width % Tokens == 0)];

    private static void AssertSameInfinities(Tensor expected, Tensor actual) =>
        Assert.Equal(expected.Span<float>().ToArray().Select(v => float.IsFinite(v) ? 0 : v),
            actual.Span<float>().ToArray().Select(v => float.IsFinite(v) ? 0 : v));

    private static double RelativeError(Tensor expected, Tensor actual)
    {
        var pairs = expected.Span<float>().ToArray().Zip(actual.Span<float>().ToArray()).Where(p => float.IsFinite(p.First)).ToArray();
        return Math.Sqrt(pairs.Sum(p => Math.Pow(p.First - p.Second, 2)) / pairs.Sum(p => Math.Pow(p.First, 2)));
    }
}

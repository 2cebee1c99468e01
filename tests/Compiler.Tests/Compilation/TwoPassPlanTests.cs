using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Lowering.WeightsFile;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Report;
using MixPrec.Diagnostics;
using Xunit;

namespace MixPrec.Compiler.Tests.Compilation;

/// <summary>A plan whose layers are pinned to two passes: what is built, reported and run.</summary>
public sealed class TwoPassPlanTests : IDisposable
{
    private readonly SmallNetwork _net = new();
    private MemoryStream? _weights;

    public void Dispose() => _net.Dispose();

    [Fact]
    public void APinnedPlanIsBuiltAndReportsTheShareOfTheSecondPass()
    {
        var result = Build(PrecisionConfig.I8A7F32, Objective.Time);
        Assert.Equal(["i8a7+f32@0", "i8a7+f32@0", "f32"], result.Report.Layers.Select(l => l.Precision));
        Assert.Equal(2, result.Plan!.Steps.Count(s => s.Method == "Gemm.TwoPass"));
        Assert.All(result.Report.Layers.Take(2), l => Assert.InRange(l.Recomputed, 0.05, 0.95));
        Assert.True(double.IsNaN(result.Report.Layers[2].Recomputed));
        Assert.Contains("in the second pass", result.Report.Html, StringComparison.Ordinal);
    }

    /// <summary>
    /// Everything positive is computed in fp32, and what is negative is 0 either way: the outputs are those of fp32 up to its rounding.
    /// </summary>
    [Fact]
    public void WithoutToleranceTheClassComputesWhatFloatsDo()
    {
        var result = Build(PrecisionConfig.I8A7F32, Objective.Memory);
        using var model = CompiledModel.Compile(new LoweredModel(result.Plan!, new ScratchWeights(_weights!.ToArray())));
        float[][] samples = SmallNetwork.Samples(new Random(3), 50, 1);
        var logits = model.Run([Tensor.Create([.. samples.SelectMany(x => x)], samples.Length, SmallNetwork.Inputs)])[0];
        for (int i = 0; i < samples.Length; i++)
        {
            double[] expected = _net.Logits(samples[i]);
            for (int c = 0; c < SmallNetwork.Classes; c++)
            {
                // Three layers of at most 24 terms and of norm about √2 each: a hundred roundings of numbers below 20.
                Assert.Equal(expected[c], logits.Span<float>()[(i * SmallNetwork.Classes) + c], 100 * 20 * Math.ScaleB(1, -24));
            }
        }
    }

    /// <summary>Nothing is constant behind the last layer, so that it has no such candidate.</summary>
    [Fact]
    public void APinThatALayerHasNoKernelForIsNamedAsItIsWritten()
    {
        var error = Assert.Throws<MixPrecException>(() => ModelCompiler.Build(
            _net.Options with { Pin = [new("MatMul_*", PrecisionConfig.I8A7F32)] },
            () => _weights = new MemoryStream(), Stages.Unheard, TestContext.Current.CancellationToken));
        Assert.Equal("MXP1002", error.Description.Id);
        Assert.StartsWith("Pin=\"MatMul_*=i8a7+f32@0\" is not valid", error.Message, StringComparison.Ordinal);
        Assert.Contains("for the layer MatMul_y", error.Message, StringComparison.Ordinal);
    }

    private CompilationResult Build(PrecisionConfig precision, Objective objective) => ModelCompiler.Build(
        _net.Options with { Objective = objective, Pin = [new("MatMul_a", precision), new("MatMul_b", precision)],
            KeepFloat = ["MatMul_y"] },
        () => _weights = new MemoryStream(), Stages.Unheard, TestContext.Current.CancellationToken);
}

using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Report;
using MixPrec.Compiler.Tests.Compilation;
using MixPrec.Compiler.Tests.Data;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Planning;

/// <summary>Whole plans of networks whose sizes are open: no stage may need a symbol that it was not given.</summary>
public sealed class OpenSizesTests : IDisposable
{
    private readonly TinyModel _model = new();

    public void Dispose() => _model.Dispose();

    /// <summary>Behind two strides the width is ⌊(⌊(w − 1)/2⌋ + 1 − 1)/2⌋ + 1, and no input of the last part shows w.</summary>
    [Theory]
    [InlineData("Time")]
    [InlineData("Macs")]
    [InlineData("Memory")]
    public void AnOpenWidthBehindStridesIsPlanned(string objective)
    {
        var strides = TinyModel.Attribute("strides", 2, 2);
        var pads = TinyModel.Attribute("pads", 1, 1, 1, 1);
        _model.Initializer("w0", Weights(8, 3, 3, 3)).Initializer("w1", Weights(8, 8, 3, 3)).Initializer("w2", Weights(8, 4))
            .Input("image", 1, 3, 8, "width").Node("a = Conv image w0", strides, pads).Node("ar = Relu a")
                .Node("b = Conv ar w1", strides, pads).Node("br = Relu b")
            .Node("p = GlobalAveragePool br").Node("f = Flatten p").Node("y = MatMul f w2").Output("y");
        Write("image", [24, 3, 8, 33], 24);
        var result = Plan(Enum.Parse<Objective>(objective));
        Assert.Equal(3, result.Report.Layers.Count);

        // At the width of the samples: 8 channels of 3·3·3 taps on 4 × 17, then 8 of 8·3·3 on 2 × 9.
        Assert.Equal([8 * 27 * 4 * 17, 8 * 72 * 2 * 9, 8 * 4], result.Report.Layers.Select(l => l.Macs));
    }

    /// <summary>The inner size of the second product is that of the past, which its output does not show.</summary>
    [Fact]
    public void AnInnerSizeThatNoOutputShowsIsCounted()
    {
        _model.Initializer("w", Weights(8, 8)).Input("x", 1, "steps", 8).Input("past", 1, "past_length", 8)
            .Node("q = MatMul x w").Node("kt = Transpose past", TinyModel.Attribute("perm", 0, 2, 1)).Node("s = MatMul q kt")
                .Node("p = Softmax s").Node("y = MatMul p past").Output("y");
        Write("x", [24, 1, 5, 8], 24);
        Write("past", [24, 1, 7, 8], 24);
        var macs = Plan(Objective.Time).Report.Layers.ToDictionary(l => l.Name, l => l.Macs);
        Assert.Equal((5 * 8 * 8, 5 * 7 * 8, 5 * 8 * 7), (macs["MatMul_q"], macs["MatMul_s"], macs["MatMul_y"]));
    }

    /// <summary>
    /// As many positions as tokens, which only a run can tell, beside a cache whose pasts the build makes from the sequences. Layers are
    /// planned at the sizes of the samples: three tokens behind three.
    /// </summary>
    [Theory]
    [InlineData("Time")]
    [InlineData("Memory")]
    public void ACacheBesideSizesThatMustBeEqualIsPlanned(string objective)
    {
        _model.Initializer("table", Weights(9, 8)).Initializer("w", Weights(8, 9)).Input("ids", ElementType.I64, 1, "tokens")
            .Input("positions", 1, "count", 8).Input("past", 1, "past_length", 8)
            .Node("e = Gather table ids").Node("n = Add e positions").Node("present = Concat past n", TinyModel.Attribute("axis", 1L))
            .Node("keys = Transpose present", TinyModel.Attribute("perm", 0L, 2, 1)).Node("s = MatMul n keys")
            .Node("p = Softmax s", TinyModel.Attribute("axis", -1L)).Node("h = MatMul p present").Node("y = MatMul h w")
            .Output("y").Output("present");
        string folder = Directory.CreateDirectory(Path.Combine(_model.Folder, "data")).FullName;
        long[] ids = [.. Enumerable.Range(0, 24 * 6).Select(i => (long)(i * 7 % 9))];
        File.WriteAllBytes(Path.Combine(folder, "ids.npy"), NpyFile.Bytes("<i8", ids, 24, 6));
        Write("positions", [24, 6, 8], 24);
        var result = Plan(Enum.Parse<Objective>(objective), "past=present");
        Assert.NotNull(result.Plan);
        Assert.NotNull(result.Plan.Cache);
        Assert.Equal(["1", "tokens", "8"], result.Plan.Ports.Single(p => p.Name == "positions").Shape.Select(d => d.ToString()));
        Assert.Equal(3 * 8 * 9, result.Report.Layers.Single(l => l.Name == "MatMul_y").Macs);
        RequireSteps(result.Report, objective);
    }

    /// <summary>Each step of the plan was timed in the network where times matter; sub-graphs have the time of their steps.</summary>
    private static void RequireSteps(BuildReport report, string objective)
    {
        if (objective != "Time")
        {
            Assert.Empty(report.Steps);
            Assert.All(report.Subgraphs, s => Assert.Equal(double.NaN, s.MeasuredNanoseconds));
            return;
        }

        Assert.Contains(report.Steps, s => s.Layer == "MatMul_y" && s.Macs == 3 * 8 * 9 && s.OfRoof > 0);
        Assert.Contains("GMAC/s", report.Roofs, StringComparison.Ordinal);
        double parts = report.Subgraphs.Sum(s => s.MeasuredNanoseconds);
        Assert.InRange(parts, double.Epsilon, report.Steps.Sum(s => s.Nanoseconds) + 1e-6);
    }

    private CompilationResult Plan(Objective objective, string cache = "")
    {
        var options = new CompilerOptions
        {
            Model = _model.Save(), ClassName = "Net", CalibrationData = Path.Combine(_model.Folder, "data"),
                LockFile = Path.Combine(_model.Folder, "net.lock.json"),
            ErrorBudget = 0.5, Loss = LossKind.Output, Cache = CacheBindings.Parse(cache), Objective = objective,
            TimingBudget = TimeSpan.FromSeconds(1),
                Precisions = [PrecisionConfig.F32, PrecisionConfig.BF16, PrecisionConfig.I8],
        };
        return ModelCompiler.Build(options, () => new MemoryStream(), Stages.Unheard, TestContext.Current.CancellationToken);
    }

    private void Write(string input, long[] shape, int seed)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_model.Folder, "data")).FullName;
        var random = new Random(seed);
        float[] values = [.. Enumerable.Range(0, (int)Tensor.Count(shape)).Select(_ => random.NextSingle() - 0.4f)];
        File.WriteAllBytes(Path.Combine(folder, input + ".npy"), NpyFile.Bytes("<f4", values, shape));
    }

    private static Tensor Weights(params long[] shape)
    {
        var random = new Random(5);
        return Tensor.Create([.. Enumerable.Range(0, (int)Tensor.Count(shape)).Select(_ => random.NextSingle() - 0.5f)], shape);
    }
}

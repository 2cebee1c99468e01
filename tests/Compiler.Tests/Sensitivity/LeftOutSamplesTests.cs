using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Tests.Compilation;
using MixPrec.Compiler.Tests.Data;
using MixPrec.Compiler.Tests.Onnx;
using Xunit;

namespace MixPrec.Compiler.Tests.Sensitivity;

/// <summary>
/// A blank sample before an L2 norm has a finite output and no finite gradient: the plan is made from the others, and says so.
/// </summary>
public sealed class LeftOutSamplesTests
{
    private const int Count = 100, Width = 8;

    [Fact]
    public void BlankSamplesAreNamedAndTheRestIsPlanned()
    {
        var result = Build([3, 17]);
        Assert.NotNull(result.Plan);
        var warning = Assert.Single(result.Diagnostics);
        Assert.Equal("MXP2010", warning.Description.Id);
        Assert.Contains("2 of 50 calibration samples", warning.Text, StringComparison.Ordinal);
        Assert.EndsWith("Samples: 3, 17.", warning.Text, StringComparison.Ordinal);
        Assert.All(result.Lock!.Layers, l => Assert.True(double.IsFinite(l.LossError)));
    }

    [Fact]
    public void MoreThanOneInTenIsAnError()
    {
        var error = Assert.Throws<MixPrecException>(() => Build([1, 2, 3, 4, 5, 6]));
        Assert.Equal("MXP2011", error.Description.Id);
        Assert.Contains("6 of 50 calibration samples", error.Message, StringComparison.Ordinal);
        Assert.Contains("at most 5", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Without the guard the output itself is NaN; the held-out samples are looked at like the others.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(70)]
    public void AnOutputThatIsNoNumberNamesTheSample(int blank)
    {
        var error = Assert.Throws<MixPrecException>(() => Build([blank], guarded: false));
        Assert.Equal("MXP1014", error.Description.Id);
        Assert.StartsWith($"Sample {blank}: ", error.Message, StringComparison.Ordinal);
    }

    private static CompilationResult Build(int[] blank, bool guarded = true)
    {
        var random = new Random(3);
        using var model = new TinyModel().Input("x", "batch", Width).Initializer("w", EmittedModel.Random(random, Width, Width))
            .Integers("axis", 1)
            .Initializer("least", Tensor.Create([guarded ? 1e-6f : 0f])).Initializer("v", EmittedModel.Random(random, Width, Width))
            .Node("a = MatMul x w").Node("n = ReduceL2 a", TinyModel.Attribute("axes", [1L]), TinyModel.Attribute("keepdims", 1L))
                .Node("m = Max n least").Node("d = Div a m").Node("y = MatMul d v").Output("y");
        string data = Directory.CreateDirectory(Path.Combine(model.Folder, "data")).FullName;
        float[] x = [.. EmittedModel.Random(random, Count, Width).Span<float>().ToArray()
            .Select((value, i) => blank.Contains(i / Width) ? 0 : value)];
        File.WriteAllBytes(Path.Combine(data, "x.npy"), NpyFile.Bytes("<f4", x, Count, Width));
        var options = new CompilerOptions
        {
            Model = model.Save(), ClassName = "Normed", CalibrationData = data, LockFile = Path.Combine(model.Folder, "lock.json"),
                ErrorBudget = 0.2, Objective = Objective.Memory,
        };
        return ModelCompiler.Build(options, () => new MemoryStream(), Stages.Unheard, TestContext.Current.CancellationToken);
    }
}

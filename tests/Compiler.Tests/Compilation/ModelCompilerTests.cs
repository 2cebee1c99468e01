using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Options;
using MixPrec.Emit;
using Xunit;

namespace MixPrec.Compiler.Tests.Compilation;

/// <summary>Which way a compilation takes: Skip, nothing to choose, Auto, Locked and Update.</summary>
public sealed class ModelCompilerTests : SmallNetworkBuild
{
    [Fact]
    public void SkipIsFloatWithoutDataOrLockFile()
    {
        File.WriteAllText(Net.LockFile, "not read");
        var result = Build(Net.Options with { Mode = BuildMode.Skip, CalibrationData = null });
        Assert.Equal(["f32", "f32", "f32"], Precisions(result));
        Assert.Equal(["MXP1105"], result.Diagnostics.Select(d => d.Description.Id));
        Assert.Null(result.Lock);
        Assert.Equal("not read", File.ReadAllText(Net.LockFile));
        Assert.Equal([Net.Options.Model], result.InputFiles);
    }

    [Fact]
    public void WithoutAChoiceNothingIsCalibrated()
    {
        var options = Net.Options with { CalibrationData = null };
        var stages = new List<string>();
        foreach (var chosen in new[] { options with { Precisions = [PrecisionConfig.F32] }, options with { KeepFloat = ["*"] },
            options with { Pin = [new("*", PrecisionConfig.F32)] } })
        {
            var result = Build(chosen, stages);
            Assert.Equal(["f32", "f32", "f32"], Precisions(result));
            Assert.Empty(result.Diagnostics);
            Assert.False(File.Exists(Net.LockFile));
        }

        Assert.All(stages, s => Assert.Equal("reading the model", s));
    }

    [Fact]
    public void FirstBuildNeedsCalibrationData()
    {
        var error = Assert.Throws<MixPrecException>(() => Build(Net.Options with { CalibrationData = null }));
        Assert.Equal("MXP1004", error.Description.Id);
        Assert.Contains("(x)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FewHeldOutSamplesAreAWarning()
    {
        var few = SmallNetwork.Samples(new Random(5), 1, 1);
        var result = Build(Net.Options with { ErrorBudget = 1, ValidationData = Net.WriteSamples("few", [.. few, .. few]) });
        var warning = Assert.Single(result.Diagnostics, d => d.Description.Id == "MXP1025");
        Assert.Contains("measured on 2 held-out samples, too few", warning.Text, StringComparison.Ordinal);
        File.Delete(Net.LockFile);
        Assert.DoesNotContain(Build(Net.Options).Diagnostics, d => d.Description.Id == "MXP1025");
    }

    [Fact]
    public void ACancelledBuildWritesNothing()
    {
        using var source = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            ModelCompiler.Build(Net.Options, () => Stream.Null, new Stages(s => CancelAt(s, "estimating", source)), source.Token));
        Assert.False(File.Exists(Net.LockFile));
    }

    private static void CancelAt(string words, string stage, CancellationTokenSource source)
    {
        if (words.StartsWith(stage, StringComparison.Ordinal))
        {
            source.Cancel();
        }
    }
}

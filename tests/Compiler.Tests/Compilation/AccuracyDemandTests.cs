using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Lowering.WeightsFile;
using MixPrec.Compiler.Options;
using Xunit;

namespace MixPrec.Compiler.Tests.Compilation;

/// <summary><c>AccuracyDrop</c> on labelled samples that calibration has not seen.</summary>
public sealed class AccuracyDemandTests : TabledBuild
{
    /// <summary>The same counts from the double-precision network and the class that the plan gives.</summary>
    [Fact]
    public void TheReportedAccuracyIsThatOfTheClass()
    {
        float[][] samples = SmallNetwork.Samples(new Random(4), 300, 8);
        var result = Build(Everything(samples) with { AccuracyDrop = 100 });
        using var model = CompiledModel.Compile(new LoweredModel(result.Plan!, new ScratchWeights(Weights.ToArray())));
        var outputs = model.Run([Tensor.Create([.. samples.SelectMany(s => s)], samples.Length, SmallNetwork.Inputs)])[0].Span<float>()
            .ToArray();
        int before = 0, after = 0;
        for (int r = 0; r < samples.Length; r++)
        {
            double[] exact = Net.Logits(samples[r]);
            float[] mixed = outputs[(r * SmallNetwork.Classes)..((r + 1) * SmallNetwork.Classes)];

            // As WriteSamples labels them.
            int label = r % 5 == 0 ? r % SmallNetwork.Classes : Array.IndexOf(exact, exact.Max());
            before += exact[label] == exact.Max() ? 1 : 0;
            after += mixed[label] == mixed.Max() ? 1 : 0;
        }

        var accuracy = result.Report.Accuracy!;
        Assert.Equal((300, (double)before / 300, (double)after / 300), (accuracy.Samples, accuracy.Float32Accuracy, accuracy.PlanAccuracy));
        Assert.True(after < before);
        Assert.Contains("labelled held-out samples; lost", result.Report.Html, StringComparison.Ordinal);
    }

    [Fact]
    public void APlanThatLosesMoreFailsWithWhatItLost()
    {
        var options = Everything(SmallNetwork.Samples(new Random(4), 300, 8));
        double bound = Build(options).Report.Accuracy!.UpperBound95;
        Assert.NotNull(Build(options with { AccuracyDrop = bound }).Plan);
        var missed = Build(options with { AccuracyDrop = bound * 0.99 });
        Assert.Null(missed.Plan);
        Assert.NotNull(missed.Lock);
        var error = missed.Diagnostics[^1];
        Assert.Equal("MXP2003", error.Description.Id);
        Assert.Contains($"{bound:0.00} points with 95 % confidence on 300 held-out samples", error.Text, StringComparison.Ordinal);
    }

    /// <summary>fp32 may be chosen and loses nothing; that few samples cannot show less is said with how many can.</summary>
    [Fact]
    public void TooFewSamplesKeepFp32AndSaySo()
    {
        WriteTable((_, p) => p == PrecisionConfig.F32 ? 1 : 0.5);
        var result = Build(Options with { AccuracyDrop = 0.1 });
        Assert.All(Precisions(result), p => Assert.Equal("f32", p));
        var warning = Assert.Single(result.Diagnostics, d => d.Description.Id == "MXP4020");
        Assert.Contains("give at least 2703, or raise AccuracyDrop.", warning.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void LabelsThatDoNotFitAreRefused()
    {
        string folder = Net.WriteSamples("plain", SmallNetwork.Samples(new Random(4), 100, 1));
        File.Delete(Path.Combine(folder, "labels.npy"));
        Refused(Net.Options with { ValidationData = folder, AccuracyDrop = 1, Loss = LossKind.PseudoLabel },
            "expected labels beside the held-out samples");
        using var sum = new SmallNetwork(classes: false);
        Refused(sum.Options with { AccuracyDrop = 1 }, "expected none for this model");
    }

    private CompilerOptions Everything(float[][] samples) => Net.Options with
    {
        Pin = [new("*", PrecisionConfig.I8A7)], ErrorBudget = 1000, ValidationData = Net.WriteSamples("validation", samples),
        Mode = BuildMode.Update,
    };

    private void Refused(CompilerOptions options, string reason)
    {
        var error = Assert.Throws<MixPrecException>(() => Build(options));
        Assert.Equal("MXP1002", error.Description.Id);
        Assert.StartsWith("AccuracyDrop=\"1\" is not valid", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }
}

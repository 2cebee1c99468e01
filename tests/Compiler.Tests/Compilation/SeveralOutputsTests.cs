using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Lowering.WeightsFile;
using MixPrec.Compiler.Options;
using Xunit;

namespace MixPrec.Compiler.Tests.Compilation;

/// <summary><c>LossOutputs</c> on a network of two tasks.</summary>
public sealed class SeveralOutputsTests : IDisposable
{
    private readonly TwoHeads _net = new();
    private MemoryStream _weights = new();

    private CompilerOptions Bytes => _net.Options with { Pin = [new("*", PrecisionConfig.I8A7)] };

    private CompilerOptions Choice => _net.Options with { Precisions = [PrecisionConfig.F32, PrecisionConfig.I8] };

    public void Dispose() => _net.Dispose();

    /// <summary>From the outputs of the class and the network in double precision, by the formulas of the losses.</summary>
    [Fact]
    public void EachOutputIsMeasuredAndTheWorstOneCounts()
    {
        var result = Build(Bytes with { LossOutputs = ["logits", "box"] });
        using var model = CompiledModel.Compile(new LoweredModel(result.Plan!, new ScratchWeights(_weights.ToArray())));
        var outputs = model.Run([Tensor.Create([.. _net.Samples.SelectMany(s => s)], _net.Samples.Length, TwoHeads.Inputs)]);
        float[] box = outputs[0].Span<float>().ToArray(), logits = outputs[1].Span<float>().ToArray();
        double boxError = 0, boxLoss = 0, logitsError = 0, logitsLoss = 0;
        for (int r = 0; r < _net.Samples.Length; r++)
        {
            var exact = _net.Run(_net.Samples[r]);
            boxError += Math.Pow(box[r] - exact.Box, 2);
            boxLoss += exact.Box * exact.Box;
            double[] mixed = [.. logits[(r * TwoHeads.Classes)..((r + 1) * TwoHeads.Classes)].Select(v => (double)v)];
            int label = Array.IndexOf(exact.Logits, exact.Logits.Max());
            double loss = CrossEntropy(exact.Logits, label);
            logitsError += Math.Pow(CrossEntropy(mixed, label) - loss, 2);
            logitsLoss += loss * loss;
        }

        var report = result.Report;
        Assert.Equal(["box", "logits"], report.Outputs.Select(o => o.Name));
        Near(Math.Sqrt(boxError / boxLoss), report.Outputs[0].MeasuredError);
        Near(Math.Sqrt(logitsError / logitsLoss), report.Outputs[1].MeasuredError);
        var worst = report.Outputs.MaxBy(o => o.UpperBound95)!;
        Assert.Equal((worst.MeasuredError, worst.UpperBound95), (report.MeasuredError, report.UpperBound95));
        Assert.Equal("Output of box, PseudoLabel of logits", result.Lock!.Loss);
        Assert.Contains("loss error of logits (PseudoLabel)", report.Html, StringComparison.Ordinal);
    }

    /// <summary>On the samples that the prediction is made from: others may lie outside of the ranges that these have.</summary>
    [Fact]
    public void EachOutputIsPredicted()
    {
        var report = Build(Bytes with { LossOutputs = ["box", "logits"], ValidationData = _net.Options.CalibrationData }).Report;
        Assert.All(report.Outputs, o => Assert.InRange(o.MeasuredError / o.PredictedError, 0.5, 2));
        Assert.Equal(report.Outputs.Max(o => o.PredictedError), report.PredictedError);
    }

    /// <summary>The layer of one head errs in that head alone; both heads leave fp32 only where both are bounded.</summary>
    [Fact]
    public void LayersOfEveryBoundedOutputAreFree()
    {
        Assert.Equal(["i8", "i8", "f32"], Precisions(Build(Choice)));
        var both = Build(Choice with { LossOutputs = ["box", "logits"] });
        Assert.Equal(["i8", "i8", "i8"], Precisions(both));
        Assert.Equal(["i8", "f32", "i8"], Precisions(Build(Choice with { LossOutputs = ["logits"] })));
        var head = Build(_net.Options with
        {
            LossOutputs = ["box", "logits"], KeepFloat = ["MatMul_a", "MatMul_logits"], Pin = [new("MatMul_box", PrecisionConfig.I8)],
        });
        Assert.Equal(0, head.Report.Outputs[1].PredictedError);
        Assert.InRange(head.Report.Outputs[1].MeasuredError, 0, 1e-5);
        Assert.Equal(head.Report.Outputs[0].PredictedError, head.Report.PredictedError);
    }

    /// <summary>One head in bytes, with a budget that it is predicted to keep and does not.</summary>
    [Fact]
    public void TheOutputThatMissesTheBudgetIsNamed()
    {
        var head = _net.Options with
        {
            Pin = [new("MatMul_box", PrecisionConfig.I8A7), new("*", PrecisionConfig.F32)], LossOutputs = ["box", "logits"],
        };
        var box = Build(head).Report.Outputs[0];
        Assert.True(box.PredictedError < box.UpperBound95);
        double between = (box.PredictedError + box.UpperBound95) / 2;
        Assert.NotNull(Build(head with { LossOutputs = ["logits"], ErrorBudget = between }).Plan);
        var missed = Build(head with { ErrorBudget = between });
        Assert.Null(missed.Plan);
        Assert.Equal("MXP2001", missed.Diagnostics[^1].Description.Id);
        Assert.Contains("held-out samples for output 'box'", missed.Diagnostics[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutItTheFirstOutputIsBoundedAlone()
    {
        var result = Build(Bytes);
        Assert.Empty(result.Report.Outputs);
        Assert.Equal("Output", result.Lock!.Loss);
        var named = Build(Bytes with { LossOutputs = ["box"] });
        Assert.Equal((result.Report.MeasuredError, result.Report.PredictedError),
            (named.Report.MeasuredError, named.Report.PredictedError));
    }

    [Fact]
    public void OtherNumbersOfOutputsHaveOtherPlans()
    {
        var options = _net.Options with { LossOutputs = ["box", "logits"] };
        Build(options);
        Assert.NotNull(Build(options with { Mode = BuildMode.Locked }).Plan);
        var error = Assert.Throws<MixPrecException>(() => Build(_net.Options with { Mode = BuildMode.Locked }));
        Assert.Contains("LossOutputs was \"box;logits\" and is not set", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("boxes", "'box', 'logits', 'never'")]
    [InlineData("label", "'box', 'logits', 'never'")]
    [InlineData("", "'box', 'logits', 'never'")]
    public void NamesOfNoOutputAreRefused(string name, string expected)
    {
        var error = Assert.Throws<MixPrecException>(() => Build(_net.Options with { LossOutputs = ["box", name] }));
        Assert.Equal("MXP1002", error.Description.Id);
        Assert.StartsWith($"LossOutputs=\"{name}\"", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ALossOfAnOutputThatIsNotBoundedIsRefused() =>
        Assert.Contains("expected 'box' among them, which Loss=\"Output\" is about", Assert.Throws<MixPrecException>(() =>
            Build(_net.Options with { LossOutputs = ["logits"], Loss = LossKind.Output })).Message, StringComparison.Ordinal);

    [Fact]
    public void AnOutputThatIsZeroIsRefused()
    {
        var error = Assert.Throws<MixPrecException>(() => Build(_net.Options with { LossOutputs = ["*"] }));
        Assert.Equal("MXP1116", error.Description.Id);
        Assert.Contains("'never' (Output)", error.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Precisions(CompilationResult result) => result.Lock!.Layers.Select(l => l.Precision.Id);

    private static double CrossEntropy(double[] logits, int label) =>
        Math.Log(logits.Sum(l => Math.Exp(l - logits.Max()))) + logits.Max() - logits[label];

    /// <summary>What fp32 rounds against double precision is far below what bytes do.</summary>
    private static void Near(double expected, double actual) => Assert.Equal(1, actual / expected, 1e-3);

    private CompilationResult Build(CompilerOptions options) =>
        ModelCompiler.Build(options, () => _weights = new MemoryStream(), new Stages(_ => { }), TestContext.Current.CancellationToken);
}

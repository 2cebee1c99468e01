using System.Globalization;
using System.Text.RegularExpressions;
using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Lowering.WeightsFile;
using MixPrec.Compiler.Options;
using Xunit;

namespace MixPrec.Compiler.Tests.Compilation;

/// <summary>What a plan must keep: the budget, the agreement, the bytes; and what is said when it does not.</summary>
public sealed partial class GateTests : IDisposable
{
    private readonly SmallNetwork _net = new();
    private MemoryStream? _weights;

    public void Dispose() => _net.Dispose();

    /// <summary>
    /// The measured error of the result, computed again from the double-precision network and the class that the plan gives.
    /// </summary>
    [Fact]
    public void TheReportedErrorIsThatOfTheClassOnHeldOutSamples()
    {
        var samples = SmallNetwork.Samples(new Random(3), 150, 1);
        var result = Build(_net.Options with { ValidationData = _net.WriteSamples("validation", samples), Loss = LossKind.PseudoLabel });
        using var model = CompiledModel.Compile(new LoweredModel(result.Plan!, new ScratchWeights(_weights!.ToArray())));
        var outputs = model.Run([Tensor.Create([.. samples.SelectMany(s => s)], samples.Length, SmallNetwork.Inputs)])[0].Span<float>()
            .ToArray();
        double change = 0, scale = 0;
        int same = 0;
        for (int r = 0; r < samples.Length; r++)
        {
            double[] exact = _net.Logits(samples[r]),
                mixed = [.. outputs.Skip(r * SmallNetwork.Classes).Take(SmallNetwork.Classes).Select(v => (double)v)];
            int label = Array.IndexOf(exact, exact.Max());
            double g = CrossEntropy(exact, label), h = CrossEntropy(mixed, label);
            (change, scale, same) = (change + ((h - g) * (h - g)), scale + (g * g), same + (mixed[label] == mixed.Max() ? 1 : 0));
        }

        Assert.Equal(Math.Sqrt(change / scale), result.Report.MeasuredError, 1e-5);
        Assert.Equal((double)same / samples.Length, result.Report.Top1Agreement, 12);
        Assert.Equal(150, result.Report.HeldOutSamples);
        Assert.InRange(result.Report.UpperBound95, result.Report.MeasuredError, 0.05);
    }

    [Fact]
    public void APlanOverTheBudgetEndsInMXP2001AndIsKept()
    {
        var result = Build(OutOfRange with { ErrorBudget = 0.05 });
        Assert.Null(result.Plan);
        Assert.Null(_weights);
        Assert.False(File.Exists(_net.LockFile));
        var error = Assert.Single(result.Diagnostics);
        Assert.Equal("MXP2001", error.Description.Id);
        Assert.Equal(("MXP2001", error.Text), (result.Report.Failure!.Id, result.Report.Failure.Message));
        Assert.All(result.Lock!.Layers, l => Assert.Same(PrecisionConfig.I8A7, l.Precision));
        Assert.True(result.Report.UpperBound95 > 0.05);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture,
            $"best plan {result.Report.UpperBound95:F4} (95 % upper bound) on 100 held-out samples"), error.Text, StringComparison.Ordinal);

        // What the line recommends works.
        double raised = double.Parse(Regex.Match(error.Text, @"Raise ErrorBudget to ([0-9.]+[0-9])").Groups[1].Value,
            CultureInfo.InvariantCulture);
        Assert.NotNull(Build(OutOfRange with { ErrorBudget = raised }).Plan);
        string kept = Regex.Match(error.Text, "KeepFloat=\"([^\"]+)\"").Groups[1].Value;
        Assert.Contains(kept, SmallNetwork.Layers);
    }

    [Fact]
    public void AFailedBuildFailsAgainWithTheSameLine()
    {
        var options = OutOfRange with { ErrorBudget = 0.05 };
        Assert.Equal(Assert.Single(Build(options).Diagnostics), Assert.Single(Build(options).Diagnostics));
    }

    [Fact]
    public void AMissedAgreementIsItsOwnError()
    {
        var result = Build(OutOfRange with { ErrorBudget = 100, MinTop1Agreement = 1 });
        Assert.Null(result.Plan);
        Assert.Equal("MXP2002", Assert.Single(result.Diagnostics).Description.Id);
        Assert.NotNull(result.Lock);
        Assert.True(result.Report.Top1Agreement < 1);
        Assert.NotNull(Build(OutOfRange with { ErrorBudget = 100, MinTop1Agreement = result.Report.Top1Agreement }).Plan);
    }

    [Fact]
    public void AnAgreementOfANetworkWithoutClassesIsRefused()
    {
        using var sum = new SmallNetwork(classes: false);
        var error = Assert.Throws<MixPrecException>(() => Build(sum.Options with { MinTop1Agreement = 0.9 }));
        Assert.Equal("MXP1002", error.Description.Id);
        Assert.StartsWith("MinTop1Agreement=\"0.9\" is not valid", error.Message, StringComparison.Ordinal);
        Assert.NotNull(Build(sum.Options).Plan);
    }

    [Fact]
    public void AnUnreachableBudgetNamesTheLeastOne()
    {
        var options = _net.Options with { Pin = [new("*", PrecisionConfig.I8A7)] };
        var error = Assert.Throws<MixPrecException>(() => Build(options with { ErrorBudget = 1e-6 }));
        Assert.Equal("MXP4001", error.Description.Id);
        double least = double.Parse(Regex.Match(error.Message, "least achievable is ([0-9.]+[0-9])").Groups[1].Value,
            CultureInfo.InvariantCulture);
        Assert.Equal("MXP4001", Assert.Throws<MixPrecException>(() => Build(options with { ErrorBudget = least * 0.999 })).Description.Id);
        Assert.True(Build(options with { ErrorBudget = least * 1.001 }).Diagnostics is [] or [{ Description.Id: "MXP2001" }]);
    }

    [Fact]
    public void PinnedAndKeptLayersAreObeyed()
    {
        var result = Build(_net.Options with { KeepFloat = ["*_a"], Pin = [new("*_b", PrecisionConfig.BF16)] });
        var precisions = result.Plan!.Info.Layers.ToDictionary(l => l.Name, l => l.Precision);
        Assert.Equal(("f32", "bf16"), (precisions["MatMul_a"], precisions["MatMul_b"]));
    }

    [Fact]
    public void SmallerBudgetsNeverSaveMoreBytes()
    {
        long[] bytes = [.. new[] { 1e-5, 1e-3, 5e-3, 0.02, 0.1 }.Select(budget =>
            Build(_net.Options with { ErrorBudget = budget }).Report.WeightBytes)];
        Assert.Equal(bytes.OrderDescending(), bytes);
        Assert.True(bytes[^1] < bytes[0] / 2);
    }

    [Fact]
    public void WeightsStayUnderTheirLimit()
    {
        long all = Build(_net.Options with { ErrorBudget = 1e-6 }).Plan!.WeightsLength;
        foreach (long limit in new[] { all, all * 3 / 4, all * 1 / 2 })
        {
            Assert.InRange(Build(_net.Options with { ErrorBudget = 1, MaxWeightBytes = limit }).Plan!.WeightsLength, 1, limit);
        }

        Assert.Equal("MXP4001", Assert.Throws<MixPrecException>(() =>
            Build(_net.Options with { ErrorBudget = 1, MaxWeightBytes = 100 })).Description.Id);
    }

    /// <summary>Everything in int8 with 7-bit activations, and validation samples twenty times as large as calibration saw.</summary>
    private CompilerOptions OutOfRange => _net.Options with
    {
        Pin = [new("*", PrecisionConfig.I8A7)],
        ValidationData = _net.WriteSamples("validation", SmallNetwork.Samples(new Random(4), 100, 20)),
    };

    private static double CrossEntropy(double[] logits, int label) =>
        Math.Log(logits.Sum(x => Math.Exp(x - logits.Max()))) + logits.Max() - logits[label];

    private CompilationResult Build(CompilerOptions options)
    {
        File.Delete(options.LockFile);
        return ModelCompiler.Build(options, () => _weights = new MemoryStream(), Stages.Unheard, TestContext.Current.CancellationToken);
    }
}

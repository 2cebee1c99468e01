using System.Globalization;
using System.Text.RegularExpressions;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Options;
using Xunit;

namespace MixPrec.Compiler.Tests.Compilation;

/// <summary>
/// <c>MinSpeedup</c>, with tables of times that make the answer known: three parts of 1 µs, each half as long in i8, so that k parts in i8
/// are 3 / (3 − k / 2) times as fast.
/// </summary>
public sealed partial class SpeedupDemandTests : TabledBuild
{
    [Fact]
    public void APlanThatIsFastEnoughShips()
    {
        WriteTable(Half);
        var result = Build(Options with { MinSpeedup = 1.99 });
        Assert.All(Precisions(result), p => Assert.Equal("i8", p));
        Assert.DoesNotContain(result.Diagnostics, d => !d.Description.IsWarning);
    }

    [Fact]
    public void BeyondWhatTheFastestCandidatesReachNoBudgetIsNamed() => Assert.StartsWith(
        "'Net' misses MinSpeedup 2.1: the most found is 2.00 (1.5 µs instead of 3 µs in fp32, predicted with the timing table). "
        + "Lower it; no ErrorBudget is predicted to lead above 2.00, with the fastest candidate of every layer. Report: ",
        Missed(Options with { MinSpeedup = 2.1 }), StringComparison.Ordinal);

    /// <summary>All-fp32 keeps the tiny budget. The least one that allows a speedup is found by trying all assignments.</summary>
    [Theory]
    [InlineData(1.15, 1)]
    [InlineData(1.3, 2)]
    [InlineData(1.9, 3)]
    public void TheLeastBudgetThatAllowsItIsNamedAndDoes(double speedup, int layers)
    {
        var tight = Options with { MinSpeedup = speedup, ErrorBudget = 1e-7 };
        string text = Missed(tight);
        Assert.Contains("the most found is 1.00 (3 µs instead of 3 µs in fp32", text, StringComparison.Ordinal);
        double named = Number(Budget().Match(text)), least = Math.Sqrt(PredictedErrors().Select(e => e * e).Order().Take(layers).Sum());
        Assert.InRange(named, least, least * 1.1);

        // The plan that the budget allows is measured, and may need a little more; the next message says how much.
        var result = Build(tight with { ErrorBudget = named });
        if (result.Plan is null)
        {
            result = Build(tight with { ErrorBudget = Number(Budget().Match(result.Diagnostics[^1].Text)) });
        }

        Assert.NotNull(result.Plan);
        Assert.True(Precisions(result).Count(p => p == "i8") >= layers);
    }

    /// <summary>
    /// bf16 is fast, i8 is small: of two demands that exclude each other the one that can give way is named with its value.
    /// </summary>
    [Fact]
    public void OfTwoDemandsThatExcludeEachOtherTheLeastValueIsNamed()
    {
        WriteTable((_, p) => p == PrecisionConfig.F32 ? 1 : p == PrecisionConfig.BF16 ? 0.5 : 1.2);
        var both = Options with { MinSpeedup = 1.9, MaxWeightBytes = 3500 };
        Assert.True(Build(both with { MinSpeedup = null }).Plan!.WeightsLength <= 3500);
        var result = Build(both);
        Assert.Null(result.Plan);
        string text = result.Diagnostics[^1].Text;
        Assert.StartsWith("'Net' misses MinSpeedup 1.9", text, StringComparison.Ordinal);
        double bytes = Number(Bytes().Match(text));
        Assert.All(Precisions(Build(both with { MaxWeightBytes = (long)bytes + 256 })), p => Assert.Equal("bf16", p));
    }

    /// <summary>Objectives other than time keep the demand as well.</summary>
    [Fact]
    public void MemoryWithADemandOnTimeKeepsBoth()
    {
        WriteTable((_, p) => p == PrecisionConfig.F32 ? 1 : p == PrecisionConfig.BF16 ? 0.5 : 1.2);
        var smallest = Build(Options with { Objective = Objective.Memory });
        Assert.All(Precisions(smallest), p => Assert.NotEqual("bf16", p));
        Assert.All(Precisions(Build(Options with { Objective = Objective.Memory, MinSpeedup = 1.9 })), p => Assert.Equal("bf16", p));
    }

    /// <summary>A pinned plan over its budget says what a budget that it keeps would buy.</summary>
    [Fact]
    public void AMissedBudgetSaysWhatTheLeastOneWouldTake()
    {
        WriteTable(Half);
        var options = Options with
        {
            Pin = [new("*", PrecisionConfig.I8)], ErrorBudget = 0.05,
            ValidationData = Net.WriteSamples("validation", SmallNetwork.Samples(new Random(4), 100, 20)),
        };
        var error = Build(options).Diagnostics[^1];
        Assert.Equal("MXP2001", error.Description.Id);
        Assert.Contains(" (one run is then predicted to be 2.00× as fast as in fp32: 1.50 µs instead of 3.00 µs)", error.Text, StringComparison.Ordinal);
        double named = double.Parse(Regex.Match(error.Text, "Raise ErrorBudget to ([0-9.]+) ").Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.NotNull(Build(options with { ErrorBudget = named }).Plan);
    }

    private static double Half(int part, PrecisionConfig precision) =>
        precision == PrecisionConfig.F32 ? 1 : precision == PrecisionConfig.I8 ? 0.5 : 2;

    private string Missed(CompilerOptions options)
    {
        WriteTable(Half);
        var result = Build(options);
        Assert.Null(result.Plan);
        Assert.NotNull(result.Lock);
        return Assert.Single(result.Diagnostics, d => d.Description.Id == "MXP4019").Text;
    }

    private static double Number(Match match)
    {
        Assert.True(match.Success);
        return double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"ErrorBudget ([0-9.E-]+) is predicted to allow it\.")]
    private static partial Regex Budget();

    [GeneratedRegex(@"MaxWeightBytes ([0-9]+) is predicted to allow it\.")]
    private static partial Regex Bytes();
}

using MixPrec.Compiler.Report;
using Xunit;

namespace MixPrec.Compiler.Tests.Report;

/// <summary>The one line of a build, for each kind of plan.</summary>
public sealed class SummaryLineTests
{
    [Fact]
    public void APlanSaysWhatWasChosenWhatItGainsAndWhatItCosts() =>
        Assert.Equal("3 of 5 layers in int8, 1 in bf16, 2.67× fp32, loss error 0.0077 of 0.01", SummaryLine.Format(ExampleReports.Met));

    [Fact]
    public void APlanOfTheLockFileSaysSo() => Assert.EndsWith(", from the lock file",
        SummaryLine.Format(ExampleReports.Met with { IsFromLock = true }), StringComparison.Ordinal);

    [Fact]
    public void ATimeThatWasNotMeasuredIsAPrediction() => Assert.Contains(", 2.54× fp32 as predicted, ",
        SummaryLine.Format(ExampleReports.Met with { MeasuredMicroseconds = double.NaN }), StringComparison.Ordinal);

    [Fact]
    public void WhereMemoryWasSavedItIsTheGain() => Assert.Contains(", weights 28 % of fp32, ",
        SummaryLine.Format(ExampleReports.Met with { GainUnit = "B" }), StringComparison.Ordinal);

    [Theory]
    [InlineData(0, "no layer with a choice of precision")]
    [InlineData(1, "the only layer in fp32")]
    [InlineData(3, "all 3 layers in fp32")]
    public void ANetworkInFp32HasNoRatio(int layers, string text) => Assert.Equal(text, SummaryLine.Format(ExampleReports.Met with
    {
        Layers = [.. ExampleReports.Met.Layers.Take(layers).Select(l => l with { Precision = "f32" })],
    }));
}

using MixPrec.Compiler.Options;
using Xunit;

namespace MixPrec.Compiler.Tests.Compilation;

/// <summary>Calibration data from which little can be learnt: a build ends with a plan or a message that says what to do.</summary>
public sealed class DegenerateDataTests : SmallNetworkBuild
{
    /// <summary>Every sample is the same, so that no activation and no output of a layer ever changes.</summary>
    [Fact]
    public void ConstantActivationsAreQuantizedWithinTheirRange()
    {
        float[] one = SmallNetwork.Samples(new Random(4), 1, 1)[0];
        string folder = Net.WriteSamples("constant", [.. Enumerable.Repeat(one, 100)]);
        var result = Build(Net.Options with { CalibrationData = folder, ErrorBudget = 0.5, Mode = BuildMode.Update });
        Assert.NotNull(result.Plan);
        Assert.InRange(result.Report.MeasuredError, 0, 0.5);
        Assert.Contains("held-out samples are among the calibration samples", result.Report.Html, StringComparison.Ordinal);
    }

    /// <summary>What a layer reads is 0 in every sample: its range is empty and its output never changes.</summary>
    [Fact]
    public void ALayerThatReadsNothingButZerosIsNamed()
    {
        string folder = Net.WriteSamples("zero", [.. Enumerable.Repeat(new float[SmallNetwork.Inputs], 100)]);
        var result = Build(Net.Options with { CalibrationData = folder, ErrorBudget = 0.5, Mode = BuildMode.Update });
        Assert.NotNull(result.Plan);
        Assert.Contains("read nothing but zeros on the calibration data", result.Report.Html, StringComparison.Ordinal);
        Assert.Contains("MatMul_a", result.Report.Html, StringComparison.Ordinal);
    }

    [Fact]
    public void OneSampleIsRefusedWithHowManyAreNeeded()
    {
        string folder = Net.WriteSamples("single", SmallNetwork.Samples(new Random(4), 1, 1));
        var error = Assert.Throws<MixPrecException>(() => Build(Net.Options with { CalibrationData = folder }));
        Assert.Contains("it holds 1 sample, at least 2 are needed", error.Message, StringComparison.Ordinal);
        Assert.Contains(folder, error.Message, StringComparison.Ordinal);
    }
}

using MixPrec.Compiler.Formats;
using Xunit;

namespace MixPrec.Compiler.Tests.Compilation;

/// <summary>The measured trade-off of a network of three layers, with times that the test has made up.</summary>
public sealed class CurveBuildTests : TabledBuild
{
    [Fact]
    public void EveryStrategyHasItsPointsAndTheFrontIsMarked()
    {
        WriteTable((part, p) =>
            p == PrecisionConfig.F32 ? 1 : p == PrecisionConfig.I8 ? 0.4 + (0.1 * part) : p == PrecisionConfig.BF16 ? 0.9 : 2);
        var result = Build(Options with { WithCurve = true, ErrorBudget = 0.02 });
        var curve = result.Report.Curve;
        Assert.Equal(["fp32", "Time", "Macs", "Memory", "prefix", "random"], curve.Select(p => p.Strategy).Distinct());
        var plain = curve[0];
        Assert.Equal((0, 3.0, 0, true), (plain.MeasuredError, plain.PredictedMicroseconds, plain.QuantizedLayers, plain.IsOnFront));
        Assert.All(curve, p => Assert.Equal(double.NaN, p.MeasuredMicroseconds));

        // The fastest: 0.4 + 0.5 + 0.6 µs.
        Assert.Equal(1.5, curve.Where(p => p.Strategy == "Time").Min(p => p.PredictedMicroseconds), 6);
        Assert.All(curve.GroupBy(p => p.Strategy), points => Assert.Equal(points.OrderBy(p => p.ErrorBudget), points));
        Assert.All(curve.Where(p => p.Strategy != "fp32"), p => Assert.True(p.PredictedError <= p.ErrorBudget));
        Assert.Contains("Measured trade-off", result.Report.Html, StringComparison.Ordinal);
    }

    /// <summary>At every budget the program is predicted to be as fast as the baselines at least.</summary>
    [Fact]
    public void TheProgramIsPredictedToBeTheFastestAtEveryBudget()
    {
        WriteTable((part, p) =>
            p == PrecisionConfig.F32 ? 1 : p == PrecisionConfig.I8 ? 0.8 - (0.2 * part) : p == PrecisionConfig.BF16 ? 0.9 : 2);
        var curve = Build(Options with { WithCurve = true, ErrorBudget = 0.02 }).Report.Curve;
        foreach (var point in curve.Where(p => p.Strategy is "prefix" or "random"))
        {
            double best = curve.Where(p => p.Strategy is "Time" && p.ErrorBudget <= point.ErrorBudget).Min(p => p.PredictedMicroseconds);
            Assert.True(best <= point.PredictedMicroseconds + 1e-9, $"{point}");
        }
    }

    [Fact]
    public void WithoutBeingAskedForNothingIsMeasured()
    {
        WriteTable((_, p) => p == PrecisionConfig.F32 ? 1 : 0.5);
        var report = Build(Options).Report;
        Assert.Empty(report.Curve);
        Assert.DoesNotContain("Measured trade-off", report.Html, StringComparison.Ordinal);
    }
}

using System.Globalization;

namespace MixPrec.Experiments.TwoPass;

/// <summary>The best plan under one budget, as it was verified and timed.</summary>
/// <param name="Precisions">One id per layer.</param>
/// <param name="Error">Relative root mean square error of the loss on test images.</param>
/// <param name="UpperBound95">Its 95 % bound: what meets the budget.</param>
/// <param name="Microseconds">One image.</param>
internal sealed record TimedPlan(string Precisions, double Error, double UpperBound95, double Microseconds);

/// <summary>One network under one budget.</summary>
/// <param name="Float32Microseconds">All in fp32.</param>
/// <param name="Without">Of candidates of one pass.</param>
/// <param name="With">Of all candidates.</param>
/// <param name="Ratio">Time without over time with, the median of ratios that were each measured in turn; 1 where both plans are
/// one.</param>
/// <param name="Recomputed">Share of the weights of layers in two passes that the second pass read on calibration samples, 0…1; NaN without
/// such layers.</param>
internal sealed record TwoPassOutcome(string Network, double Budget, double Float32Microseconds, TimedPlan Without, TimedPlan With,
    double Ratio, double Recomputed)
{
    public const string Heading = "network,budget,f32_us,without,without_error,without_bound95,without_us,with,with_error,with_bound95,with_us,time_ratio,recomputed\n";

    /// <summary>A line of the table.</summary>
    public string Row => string.Create(CultureInfo.InvariantCulture,
        $"{Network},{Budget},{Float32Microseconds:F2},{Text(Without)},{Text(With)},{Ratio:F3},{(double.IsNaN(Recomputed) ? "" : Recomputed.ToString("F3", CultureInfo.InvariantCulture))}\n");

    private static string Text(TimedPlan plan) =>
        string.Create(CultureInfo.InvariantCulture, $"{plan.Precisions},{plan.Error:G4},{plan.UpperBound95:G4},{plan.Microseconds:F2}");
}

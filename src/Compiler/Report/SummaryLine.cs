using System.Globalization;
using MixPrec.Compiler.Formats;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Report;

/// <summary>
/// A plan in one line, such as <c>6 of 8 layers in int8, 2.1× fp32, loss error 0.0083 of 0.01</c>: what was chosen, what it gains and what
/// it costs, as far as it is known.
/// </summary>
internal static class SummaryLine
{
    public static string Format(BuildReport report) => string.Join(", ",
        new[] { Layers(report), Speed(report), Weights(report), Error(report), report.IsFromLock ? "from the lock file" : "" }
            .Where(part => part.Length > 0));

    private static string Layers(BuildReport report)
    {
        if (report.Layers.Count == 0)
        {
            return "no layer with a choice of precision";
        }

        var counts = report.Layers.Select(l => PrecisionConfig.Find(l.Precision)?.Storage).OfType<StorageFormat>()
            .Where(s => s != PrecisionConfig.F32.Storage).GroupBy(s => s).OrderByDescending(g => g.Count()).ToArray();
        string all = Counted.Format(report.Layers.Count, "layer");
        return counts.Length == 0 ? (report.Layers.Count == 1 ? "the only layer in fp32" : $"all {all} in fp32")
            : string.Join(", ", counts.Select((g, i) => string.Create(CultureInfo.InvariantCulture,
                $"{g.Count()}{(i == 0 ? $" of {all}" : "")} in {g.Key.ShortWords}")));
    }

    private static string Speed(BuildReport report) => report.IsFloat ? ""
        : double.IsFinite(report.MeasuredMicroseconds) ? Times(report, report.MeasuredMicroseconds)
        : double.IsFinite(report.PredictedMicroseconds) ? Times(report, report.PredictedMicroseconds) + " as predicted" : "";

    private static string Times(BuildReport report, double microseconds) => string.Create(CultureInfo.InvariantCulture,
        $"{report.Float32Microseconds / microseconds:0.0#}× fp32");

    /// <summary>Where they are what was saved.</summary>
    private static string Weights(BuildReport report) => report.GainUnit != "B" || report.Float32WeightBytes <= 0 ? ""
        : $"weights {ReportText.Percent((double)report.WeightBytes / report.Float32WeightBytes)} of fp32";

    private static string Error(BuildReport report) => report.IsFloat || !double.IsFinite(report.MeasuredError) ? ""
        : string.Create(CultureInfo.InvariantCulture, $"loss error {ReportText.Error(report.MeasuredError)} "
            + $"of {report.ErrorBudget:0.######}");
}

using MixPrec.Compiler.Options;
using MixPrec.Compiler.Selection;

namespace MixPrec.Compiler.Report.Sections;

/// <summary>A plan of the measured trade-off as a mark in the chart.</summary>
/// <param name="Gain">Measured, in the report's unit, and of the report's fp32.</param>
/// <param name="Shape">What it is drawn as: the baseline that chose it, or <c>best</c>.</param>
internal sealed record MeasuredGains(CurvePoint Point, double Gain, string Shape)
{
    private const string Best = "best";

    private static readonly string[] s_baselines = ["prefix", "random"];

    /// <summary>Those of the report's objective that can be drawn: none where times were not measured, or gains are modelled.</summary>
    public static IEnumerable<MeasuredGains> Of(BuildReport report)
    {
        double bytes = report.Curve.FirstOrDefault(p => p.ErrorBudget == 0)?.WeightBytes ?? double.NaN;
        string own = report.GainUnit == "B" ? nameof(Objective.Memory) : nameof(Objective.Time);
        return report.GainIsModelled ? [] : report.Curve.Where(p => p.MeasuredError > 0 && double.IsFinite(p.MeasuredError)
                && (p.Strategy == own || s_baselines.Contains(p.Strategy)))
            .Select(p => new MeasuredGains(p, report.GainUnit == "B" ? bytes - p.WeightBytes
                : double.IsNaN(p.MeasuredMicroseconds) ? double.NaN : report.Float32Microseconds * 1000 * (1 - p.RelativeTime), Name(p)))
            .Where(m => double.IsFinite(m.Gain));
    }

    /// <summary>A square, a triangle, or a diamond.</summary>
    public static string Path(string shape, double x, double y) => shape switch
    {
        "prefix" => FormattableString.Invariant($"M{x - 3.5:0.#} {y - 3.5:0.#}h7v7h-7z"),
        "random" => FormattableString.Invariant($"M{x:0.#} {y - 4.5:0.#}l4.5 8h-9z"),
        _ => FormattableString.Invariant($"M{x:0.#} {y - 5:0.#}l4.5 5l-4.5 5l-4.5 -5z"),
    };

    private static string Name(CurvePoint point) => s_baselines.Contains(point.Strategy) ? point.Strategy : Best;
}

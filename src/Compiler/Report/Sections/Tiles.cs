using MixPrec.Compiler.Verification;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Report.Sections;

/// <summary>
/// The three numbers that matter, each against its reference: loss error against the budget, time and weights against fp32.
/// </summary>
internal static class Tiles
{
    public static Markup Render(BuildReport report)
    {
        var tiles = Markup.Join([Error(report), Time(report), Weights(report), Agreement(report), Accuracy(report)]);
        return tiles.Html.Length == 0 ? Markup.Empty : Markup.Format($"<div class=\"tiles\">{tiles}</div>");
    }

    private static Markup Error(BuildReport report)
    {
        bool measured = double.IsFinite(report.MeasuredError);
        double error = measured ? report.MeasuredError : report.PredictedError;
        if (!double.IsFinite(error) || !double.IsFinite(report.ErrorBudget))
        {
            return Markup.Empty;
        }

        double bound = double.IsFinite(report.UpperBound95) ? report.UpperBound95 : error;
        double full = Math.Max(report.ErrorBudget, bound) * 1.15;
        string words = measured
            ? $"measured on {Counted.Format(report.HeldOutSamples, "held-out sample")}; "
                + $"95 % bound{(report.HeldOutSamples < LossError.EnoughSamples ? " (of too few samples)" : "")} "
                + $"{ReportText.Error(bound)}, predicted {ReportText.Error(report.PredictedError)}"
            : "predicted";
        return Tile("Loss error", ReportText.Error(error), $"budget {ReportText.Error(report.ErrorBudget)}", words, Markup.Format($"""
            <svg class="gauge" viewBox="0 0 200 22" role="img" aria-label="error against budget">
            <rect class="track" x="0" y="7" width="200" height="8" rx="4"/>
            <rect class="{(bound <= report.ErrorBudget ? "fill-good" : "fill-bad")} faint" x="0" y="7" width="{200 * bound / full:0.#}" height="8" rx="4"/>
            <rect class="{(bound <= report.ErrorBudget ? "fill-good" : "fill-bad")}" x="0" y="7" width="{200 * error / full:0.#}" height="8" rx="4"/>
            <line class="limit" x1="{200 * report.ErrorBudget / full:0.#}" x2="{200 * report.ErrorBudget / full:0.#}" y1="1" y2="21"/>
            </svg>
            """));
    }

    private static Markup Time(BuildReport report) => !double.IsFinite(report.Float32Microseconds) ? Markup.Empty
        : !double.IsFinite(report.MeasuredMicroseconds) ? PredictedTime(report)
        : report.IsFloat ? Tile("Time of one run", ReportText.Microseconds(report.MeasuredMicroseconds), "fp32", "every layer runs in fp32",
            Markup.Empty)
        : Tile("Time of one run", ReportText.Microseconds(report.MeasuredMicroseconds),
            $"{ReportText.Ratio(report.Float32Microseconds / report.MeasuredMicroseconds)} as fast",
            $"fp32 {ReportText.Microseconds(report.Float32Microseconds)}; "
            + $"predicted {ReportText.Microseconds(report.PredictedMicroseconds)}",
            Bar(report.MeasuredMicroseconds / report.Float32Microseconds));

    /// <summary>Of a plan that was made with a timing table: nothing was timed.</summary>
    private static Markup PredictedTime(BuildReport report) => !double.IsFinite(report.PredictedMicroseconds) || report.IsFloat
        ? Markup.Empty
        : Tile("Time of one run", ReportText.Microseconds(report.PredictedMicroseconds),
            $"{ReportText.Ratio(report.Float32Microseconds / report.PredictedMicroseconds)} as fast, predicted",
            $"fp32 {ReportText.Microseconds(report.Float32Microseconds)}; from a timing table",
            Bar(report.PredictedMicroseconds / report.Float32Microseconds));

    private static Markup Weights(BuildReport report) => report.WeightBytes <= 0 || report.Float32WeightBytes <= 0 ? Markup.Empty
        : Tile("Weights", ReportText.Bytes(report.WeightBytes),
            $"{ReportText.Percent((double)report.WeightBytes / report.Float32WeightBytes)} of fp32",
            $"fp32 {ReportText.Bytes(report.Float32WeightBytes)}", Bar((double)report.WeightBytes / report.Float32WeightBytes));

    private static Markup Agreement(BuildReport report) => double.IsNaN(report.Top1Agreement) ? Markup.Empty
        : Tile("Same answer as fp32", ReportText.Percent(report.Top1Agreement),
            report.MinTop1Agreement is { } least ? $"at least {ReportText.Percent(least)}" : "",
            "share of held-out samples whose largest output is the same", Bar(report.Top1Agreement));

    private static Markup Accuracy(BuildReport report) => report.Accuracy is not { } accuracy ? Markup.Empty
        : Tile("Accuracy", ReportText.Percent(accuracy.PlanAccuracy), $"fp32 {ReportText.Percent(accuracy.Float32Accuracy)}",
            $"on {Counted.Format(accuracy.Samples, "labelled held-out sample")}; lost {ReportText.Points(accuracy.Points)}, "
            + $"at most {ReportText.Points(accuracy.UpperBound95)} with 95 % confidence",
            Bar(accuracy.PlanAccuracy));

    /// <summary>A part of 1.</summary>
    private static Markup Bar(double share) => Markup.Format($"""
        <svg class="gauge" viewBox="0 0 200 22" aria-hidden="true"><rect class="track" x="0" y="7" width="200" height="8" rx="4"/><rect class="fill" x="0" y="7" width="{200 * Math.Clamp(share, 0, 1):0.#}" height="8" rx="4"/></svg>
        """);

    private static Markup Tile(string title, string value, string beside, string words, Markup chart) => Markup.Format($"""
        <div class="tile"><h3>{title}</h3><p class="value">{value} <small>{beside}</small></p>{chart}<p class="note">{words}</p></div>
        """);
}

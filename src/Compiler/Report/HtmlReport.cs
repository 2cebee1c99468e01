using MixPrec.Compiler.Report.Sections;

namespace MixPrec.Compiler.Report;

/// <summary>
/// The report as one HTML page: nothing loaded from anywhere and no script but its own (the page's policy forbids it), light and dark by
/// the reader's setting. Parts whose numbers are missing leave themselves out.
/// </summary>
internal static class HtmlReport
{
    public static string Format(BuildReport report) => Markup.Format($"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8"/>
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src '{new Markup(ReportScript.Hash)}'"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <title>{report.ClassName} – MixPrec report</title>
        <style>{new Markup(ReportStyle.Css + PrecisionColours.Css)}</style>
        </head>
        <body>
        <main>
        {Verdict.Render(report)}
        {Tiles.Render(report)}
        {PrecisionMap.Render(report)}
        {LayerTable.Render(report)}
        {TradeOffChart.Render(report)}
        {MeasuredCurve.Render(report)}
        {Sensitivities.Render(report)}
        {SubgraphTimes.Render(report)}
        {Predictions.Render(report)}
        {StepTimes.Render(report)}
        {OverflowProofs.Render(report)}
        {BuildEnvironment.Render(report)}
        </main>
        <script>{new Markup(ReportScript.Text)}</script>
        </body>
        </html>

        """).Html;

    /// <summary>A part of the page with its heading and one sentence that says how to read it.</summary>
    public static Markup Section(string title, string explanation, Markup content) => Markup.Format($"""
        <section>
        <h2>{title}</h2>
        <p class="note">{explanation}</p>
        {content}
        </section>
        """);

    /// <summary>A precision as a coloured chip: the same colour everywhere on the page.</summary>
    public static Markup Chip(string precision) =>
        Markup.Format($"<span class=\"chip {PrecisionColours.Class(precision)}\">{precision}</span>");
}

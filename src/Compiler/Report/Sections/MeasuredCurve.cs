using System.Globalization;
using MixPrec.Compiler.Selection;

namespace MixPrec.Compiler.Report.Sections;

/// <summary>Plans of other budgets, objectives and baselines as whole networks: error, time and bytes.</summary>
internal static class MeasuredCurve
{
    public static Markup Render(BuildReport report) => report.Curve.Count == 0 ? Markup.Empty : HtmlReport.Section("Measured trade-off",
        "Plans for other budgets and objectives, and two baselines: layers in their order (prefix) or in a random one. "
        + "A star marks what no other plan of the table is better than in error, time and bytes.",
        Markup.Format($"""
            <div class="scroll"><table>
            <tr><th>chosen by</th><th class="n">budget</th><th class="n">error</th><th class="n">95 % bound</th><th class="n">time</th><th class="n">of fp32</th><th class="n">weights</th><th class="n">not in fp32</th><th></th></tr>
            {Markup.Join(report.Curve.Select(Row))}
            </table></div>
            """));

    private static Markup Row(CurvePoint point) => Markup.Format(
        $"<tr><td>{point.Strategy}</td>{Number(ReportText.Error(point.ErrorBudget))}{Number(ReportText.Error(point.MeasuredError))}"
        + $"{Number(ReportText.Error(point.UpperBound95))}{Number(ReportText.Microseconds(Microseconds(point)))}"
        + $"{Number(ReportText.Percent(point.RelativeTime))}{Number(ReportText.Bytes(point.WeightBytes))}"
        + $"{Number(point.QuantizedLayers.ToString(CultureInfo.InvariantCulture))}<td>{(point.IsOnFront ? "★" : "")}</td></tr>\n");

    private static Markup Number(string text) => Markup.Format($"<td class=\"n\">{text}</td>");

    private static double Microseconds(CurvePoint point) =>
        double.IsFinite(point.MeasuredMicroseconds) ? point.MeasuredMicroseconds : point.PredictedMicroseconds;
}

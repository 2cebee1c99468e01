using MixPrec.Compiler.Onnx;

namespace MixPrec.Compiler.Report.Sections;

/// <summary>The measured time of every configuration of every sub-graph: the numbers the solver chose from.</summary>
internal static class SubgraphTimes
{
    private const int OpenSubgraphs = 3;

    public static Markup Render(BuildReport report) => report.Subgraphs.Count == 0 ? Markup.Empty : HtmlReport.Section(
        "Sub-graphs", "Parts that run one after another, so that times add. Each configuration was compiled and measured with its "
        + "conversions; times are scaled so that those of fp32 add up to the whole network. ● is the choice.",
        Markup.Join(report.Subgraphs.Select((s, i) => Subgraph(s, open: i < OpenSubgraphs && s.SharesMeasurementOf is null))));

    private static Markup Subgraph(ReportSubgraph subgraph, bool open)
    {
        double slowest = subgraph.Timings.Select(t => t.Nanoseconds).Where(double.IsFinite).DefaultIfEmpty(0).Max();
        var chosen = subgraph.Timings.FirstOrDefault(t => t.Chosen);
        var title = Markup.Format(
            $"<b>{subgraph.Index}</b> {string.Join(", ", subgraph.Layers.Select(PrintableName.Format))}{Shared(subgraph)} "
            + $"{Chips(chosen?.Precisions ?? "")}");
        return Markup.Format($"""
            <details{new Markup(open ? " open=\"\"" : "")}><summary>{title}</summary>
            <div class="scroll"><table class="times"><thead><tr><th></th><th>configuration</th><th>time</th><th class="n">median</th><th class="n">spread</th><th class="n">loss error</th></tr></thead><tbody>
            {Markup.Join(subgraph.Timings.OrderBy(t => double.IsNaN(t.Nanoseconds) ? double.MaxValue : t.Nanoseconds).Select(t => Row(t, slowest)))}
            </tbody></table></div></details>

            """);
    }

    private static Markup Shared(ReportSubgraph subgraph) =>
        subgraph.SharesMeasurementOf is { } other
            ? Markup.Format($" <small>equal to sub-graph {other}, measured there</small>") : Markup.Empty;

    private static Markup Chips(string precisions) =>
        Markup.Join(precisions.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(HtmlReport.Chip));

    private static Markup Row(ReportTiming timing, double slowest)
    {
        double width = slowest > 0 && double.IsFinite(timing.Nanoseconds) ? 100 * timing.Nanoseconds / slowest : 0;
        return Markup.Format($"""
            <tr{new Markup(timing.Chosen ? " class=\"is-chosen\"" : "")}><td>{(timing.Chosen ? "●" : "")}</td><td>{Markup.Join(timing.Precisions.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(HtmlReport.Chip))}</td><td class="wide"><span class="bar long"><i style="width:{width:0.#}%"></i></span></td><td class="n">{ReportText.Nanoseconds(timing.Nanoseconds)}</td><td class="n">{(double.IsNaN(timing.Spread) ? ReportText.Unknown : "± " + ReportText.Nanoseconds(timing.Spread / 2))}</td><td class="n">{ReportText.Error(timing.PredictedError)}</td></tr>

            """);
    }
}

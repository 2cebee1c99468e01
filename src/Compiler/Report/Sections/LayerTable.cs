using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Onnx;

namespace MixPrec.Compiler.Report.Sections;

/// <summary>What was chosen for every layer, what it costs and what it gains.</summary>
internal static class LayerTable
{
    public static Markup Render(BuildReport report) => report.Layers.Count == 0 ? Markup.Empty : HtmlReport.Section(
        "Layers", "In the order they run. The share is the layer's part of the predicted squared loss error: what to keep in fp32 when the error must fall.", Markup.Format($"""
        {Strip(report)}
        <div><input class="search" type="search" placeholder="layers that hold …" aria-label="search layers" hidden="hidden"/>
        <div class="scroll"><table class="sortable">
        <thead><tr><th>layer</th><th>operator</th><th>weights</th><th>precision</th><th class="n">share of loss error</th><th class="n">{report.GainWords}</th><th class="n">MACs</th><th class="n">weight bytes</th></tr></thead>
        <tbody>
        {Markup.Join(report.Layers.Select(l => Row(report, l)))}
        </tbody>
        </table></div></div>
        """));

    /// <summary>The network at a glance: one block per layer, as wide as its part of the multiplications.</summary>
    private static Markup Strip(BuildReport report)
    {
        double total = report.Layers.Sum(l => (double)l.Macs), x = 0;
        if (total <= 0)
        {
            return Markup.Empty;
        }

        var blocks = new List<Markup>();
        foreach (var layer in report.Layers)
        {
            double width = 1000 * layer.Macs / total;
            blocks.Add(Markup.Format(
                $"<rect class=\"{PrecisionColours.Class(layer.Precision)}\" x=\"{x:0.##}\" y=\"0\" "
                + $"width=\"{Math.Max(width - 1.5, 0.5):0.##}\" height=\"26\" rx=\"2\"><title>{PrintableName.Format(layer.Name)}: "
                + $"{layer.Precision}, {ReportText.Percent(layer.Macs / total)} of the MACs</title></rect>"));
            x += width;
        }

        var used = PrecisionConfig.All.Where(p => report.Layers.Any(l => l.Precision == p.Id));
        return Markup.Format($"""
            <svg class="strip" viewBox="0 0 1000 26" preserveAspectRatio="none" role="img" aria-label="layers by share of multiplications">{Markup.Join(blocks)}</svg>
            <p class="legend">{Markup.Join(used.Select(p => Markup.Format($"<span>{HtmlReport.Chip(p.Id)} {p.Description}</span>")))}<span>width = share of the multiplications</span></p>
            """);
    }

    private static Markup Row(BuildReport report, ReportLayer layer)
    {
        double share = double.IsFinite(layer.ShareOfLossError) ? layer.ShareOfLossError : 0;
        var reason = layer.Reason.Length == 0 ? Markup.Empty : Markup.Format($"<small>{layer.Reason}</small>");
        var why = layer.WhyFloat.Length == 0 ? Markup.Empty : Markup.Format($"<small>{layer.WhyFloat}</small>");
        var again = double.IsNaN(layer.Recomputed) ? Markup.Empty
            : Markup.Format($"<small>{ReportText.Percent(layer.Recomputed)} in the second pass</small>");
        var adjusted = layer.Adjustments.Length == 0 ? Markup.Empty : Markup.Format($"<small>{layer.Adjustments}</small>");
        return Markup.Format($"""
            <tr><td class="name">{PrintableName.Format(layer.Name)}{reason}</td><td>{layer.Operator}</td><td class="mono">{layer.Shape}</td><td>{HtmlReport.Chip(layer.Precision)}{why}{again}{adjusted}</td><td class="n" data-sort="{ReportText.Key(layer.ShareOfLossError)}"><span class="bar"><i style="width:{100 * share:0.#}%"></i></span>{ReportText.Percent(layer.ShareOfLossError)}</td><td class="n" data-sort="{ReportText.Key(layer.Gain)}">{ReportText.Gain(layer.Gain, report.GainUnit)}</td><td class="n" data-sort="{layer.Macs}">{ReportText.Count(layer.Macs)}</td><td class="n" data-sort="{layer.WeightBytes}">{ReportText.Bytes(layer.WeightBytes)}</td></tr>

            """);
    }
}

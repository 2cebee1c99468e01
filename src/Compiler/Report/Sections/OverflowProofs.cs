using MixPrec.Compiler.Onnx;

namespace MixPrec.Compiler.Report.Sections;

/// <summary>Why integer sums are exact, layer by layer.</summary>
internal static class OverflowProofs
{
    public static Markup Render(BuildReport report)
    {
        var rows = report.Layers.Where(l => l.Overflow.Length > 0).ToArray();
        return rows.Length == 0 ? Markup.Empty : HtmlReport.Section("Why sums cannot overflow",
            "Integer sums are exact whatever a run reads: activations have a largest value by their format, weights are known.",
            Markup.Format($"""
            <details><summary>{Diagnostics.Counted.Format(rows.Length, "layer")}</summary><div class="scroll"><table class="sortable"><thead><tr><th>layer</th><th>precision</th><th>proof</th></tr></thead><tbody>
            {Markup.Join(rows.Select(l => Markup.Format($"<tr><td class=\"name\">{PrintableName.Format(l.Name)}</td><td>{HtmlReport.Chip(l.Precision)}</td><td>{l.Overflow}</td></tr>\n")))}
            </tbody></table></div></details>
            """));
    }
}

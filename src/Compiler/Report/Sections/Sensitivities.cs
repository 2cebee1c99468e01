using MixPrec.Compiler.Onnx;

namespace MixPrec.Compiler.Report.Sections;

/// <summary>What each precision would cost each layer alone: bars on a logarithmic axis, beside the budget.</summary>
internal static class Sensitivities
{
    private const double Width = 300;

    public static Markup Render(BuildReport report)
    {
        double[] errors = [.. report.Layers.SelectMany(l => l.Candidates).Select(c => c.RelativeError)
            .Where(e => e > 0 && double.IsFinite(e))];
        if (errors.Length == 0 || !(report.ErrorBudget > 0))
        {
            return Markup.Empty;
        }

        double low = Math.Log10(Math.Max(Math.Min(errors.Min(), report.ErrorBudget) / 2, report.ErrorBudget / 1e5));
        double high = Math.Log10(Math.Max(errors.Max(), report.ErrorBudget) * 2);
        double X(double error) => Width * Math.Clamp((Math.Log10(Math.Max(error, 1e-300)) - low) / (high - low), 0.004, 1);
        return HtmlReport.Section("Sensitivity", "The loss error that each layer would make alone, as estimated on the calibration samples; the axis is logarithmic, the dashed line is the budget for all layers together. A layer whose bars cross it cannot have that precision.", Markup.Format($"""
            <div class="scroll"><table class="sortable"><thead><tr><th>layer</th><th>precision</th><th class="wide">loss error alone</th><th class="n">error</th></tr></thead><tbody>
            {Markup.Join(report.Layers.SelectMany(l => l.Candidates.Select(c => Row(report, l, c, X))))}
            </tbody></table></div>
            """));
    }

    private static Markup Row(BuildReport report, ReportLayer layer, ReportCandidate candidate, Func<double, double> x)
    {
        bool chosen = candidate.Precision == layer.Precision;
        string limit = FormattableString.Invariant($"{x(report.ErrorBudget):0.#}");
        return Markup.Format($"""
            <tr{new Markup(chosen ? " class=\"is-chosen\"" : "")}><td class="name">{PrintableName.Format(layer.Name)}</td><td>{HtmlReport.Chip(candidate.Precision)}{(chosen ? " chosen" : "")}</td><td><svg class="sensitivity" viewBox="0 0 {Width} 12" preserveAspectRatio="none" aria-hidden="true"><rect class="{(candidate.RelativeError > report.ErrorBudget ? "fill-bad" : "fill")}" x="0" y="3" width="{x(candidate.RelativeError):0.#}" height="6"/><line class="limit" x1="{limit}" x2="{limit}" y1="0" y2="12"/></svg></td><td class="n" data-sort="{ReportText.Key(candidate.RelativeError)}">{ReportText.Error(candidate.RelativeError)}</td></tr>

            """);
    }
}

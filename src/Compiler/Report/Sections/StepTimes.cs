using System.Globalization;
using MixPrec.Compiler.Onnx;

namespace MixPrec.Compiler.Report.Sections;

/// <summary>Where the time of a run goes: each step with its kernel, what it does a second, and how far that is from the roof.</summary>
internal static class StepTimes
{
    /// <summary>Rows of the page; the JSON beside it has all.</summary>
    private const int Most = 300;

    public static Markup Render(BuildReport report)
    {
        if (report.Steps.Count == 0)
        {
            return Markup.Empty;
        }

        double all = report.Steps.Sum(s => s.Nanoseconds), longest = report.Steps.Max(s => s.Nanoseconds);
        var shown = report.Steps.Count <= Most ? report.Steps
            : [.. report.Steps.OrderByDescending(s => s.Nanoseconds).Take(Most)];
        return HtmlReport.Section("Time of each step",
            "Of the plan that ships, measured in the whole network with a clock between its steps"
            + (report.IsFromLock ? ", on the machine that made this page. " : ". ")
            + $"The share of the roof compares with what this machine can do at most ({report.Roofs}): multiplications of products, "
            + "reading of what only moves or maps values."
            + (shown == report.Steps ? "" : $" The {Most} that take longest; the JSON beside this page has all."),
            Markup.Format($"""
            <div><input class="search" type="search" placeholder="steps that hold …" aria-label="search steps" hidden="hidden"/>
            <div class="scroll"><table class="sortable"><thead><tr><th>layer</th><th>kernel</th><th class="n">time</th><th class="n">share</th><th class="n">GMAC/s</th><th class="n">GB/s</th><th class="n">of the roof</th></tr></thead><tbody>
            {Markup.Join(shown.Select(s => Row(s, all, longest)))}
            </tbody></table></div></div>
            """));
    }

    private static Markup Row(ProfiledStep step, double all, double longest) => Markup.Format($"""
        <tr><td class="name">{PrintableName.Format(step.Layer)}<small>{step.Shapes}</small></td><td class="mono">{step.Kernel}</td><td class="n" data-sort="{ReportText.Key(step.Nanoseconds)}"><span class="bar"><i style="width:{(longest > 0 ? 100 * step.Nanoseconds / longest : 0):0.#}%"></i></span>{ReportText.Nanoseconds(step.Nanoseconds)}</td>{Number(step.Nanoseconds / all, ReportText.Percent)}{Number(step.GmacPerSecond, Rate)}{Number(step.GigabytesPerSecond, Rate)}{Number(step.OfRoof, ReportText.Percent)}</tr>

        """);

    /// <summary>Nothing where there is nothing to say.</summary>
    private static Markup Number(double? value, Func<double, string> text) =>
        Markup.Format($"<td class=\"n\" data-sort=\"{ReportText.Key(value ?? double.NaN)}\">"
            + $"{(value is { } known && double.IsFinite(known) ? text(known) : "")}</td>");

    private static string Rate(double value) => value.ToString(value < 10 ? "0.0" : "0", CultureInfo.InvariantCulture);
}

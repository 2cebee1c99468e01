using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Onnx;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Report.Sections;

/// <summary>The top of the page: which model, met or missed, and what to do when missed.</summary>
internal static class Verdict
{
    public static Markup Render(BuildReport report) => Markup.Of($"""
        <header>
        <p class="eyebrow">MixPrec report · {report.Model}</p>
        <h1>{report.ClassName} {Badge(report)}</h1>
        <p class="lead">{Sentence(report)}</p>
        {Failure(report)}
        {Warnings(report)}
        </header>
        """);

    private static Markup Badge(BuildReport report) => report.Failure is { } failure
        ? Markup.Of($"<span class=\"badge bad\">{failure.Id}</span>")
        : report.IsFromLock ? Markup.Of($"<span class=\"badge\">plan from the lock file</span>")
        : double.IsNaN(report.MeasuredError) && report.Layers.All(l => l.Precision == PrecisionConfig.F32.Id)
            ? Markup.Of($"<span class=\"badge\">all fp32</span>")
        : report.Loss.Length == 0 ? Markup.Of($"<span class=\"badge\">precisions of the model</span>")
        : double.IsNaN(report.MeasuredError) ? Markup.Of($"<span class=\"badge\">not measured</span>")
        : Markup.Of($"<span class=\"badge good\">budget met</span>");

    private static string Sentence(BuildReport report)
    {
        if (report.Layers.Count == 0)
        {
            return report.Failure is null ? "The network has no layer with a choice of precision."
                : "The build ended before a plan was found.";
        }

        int changed = report.Layers.Count(l => l.Precision != PrecisionConfig.F32.Id);
        string speed = !double.IsFinite(report.MeasuredMicroseconds) ? ""
            : report.IsFloat ? $" One run takes {ReportText.Microseconds(report.MeasuredMicroseconds)}."
            : $" One run takes {ReportText.Microseconds(report.MeasuredMicroseconds)} instead of {ReportText.Microseconds(report.Float32Microseconds)}.";
        string origin = !report.IsFromLock ? ""
            : $" This build measured nothing: errors and times are those that the lock file records{(report.Machine.Length > 0 ? " of " + report.Machine : "")}. Sub-graphs, solver and trade-off are known only to the build that made the plan.";
        return FormattableString.Invariant(
            $"{changed} of {Counted.Of(report.Layers.Count, "layer")} {(changed == 1 ? "leaves" : "leave")} fp32.{speed}{origin}");
    }

    private static Markup Failure(BuildReport report)
    {
        if (report.Failure is not { } failure)
        {
            return Markup.Empty;
        }

        bool missed = report.UpperBound95 > report.ErrorBudget;
        var amount = !missed ? Markup.Empty : Markup.Of($"""
            <p>Missed by <b>{ReportText.Percent((report.UpperBound95 / report.ErrorBudget) - 1)}</b>: the 95 % upper bound is {ReportText.Error(report.UpperBound95)}, allowed is {ReportText.Error(report.ErrorBudget)}.</p>
            <ul>{Markup.Join(Remedies(report).Select(r => Markup.Of($"<li>{r}</li>")))}</ul>
            """);
        return Markup.Of($"<div class=\"panel bad\"><p class=\"mono\">{failure.Id}: {failure.Message}</p>{amount}</div>");
    }

    private static IEnumerable<string> Remedies(BuildReport report)
    {
        yield return $"Raise ErrorBudget to {SignificantDigits.Above(report.UpperBound95 * 1.05, 3)} if that error is acceptable.";
        if (report.Layers.Where(l => l.ShareOfLossError > 0).MaxBy(l => l.ShareOfLossError) is { } worst)
        {
            yield return $"Keep the layer with the largest share ({ReportText.Percent(worst.ShareOfLossError)}) in fp32: KeepFloat=\"{PrintableName.Of(worst.Name)}\".";
        }

        if (report.MeasuredError < report.ErrorBudget)
        {
            yield return FormattableString.Invariant($"The measured error itself is within the budget: more than {Counted.Of(report.HeldOutSamples, "held-out sample")} would narrow the bound.");
        }
    }

    private static Markup Warnings(BuildReport report) => report.Warnings.Count == 0 ? Markup.Empty
        : Markup.Of($"<div class=\"panel warn\"><ul>{Markup.Join(report.Warnings.Select(w => Markup.Of($"<li>{w}</li>")))}</ul></div>");
}

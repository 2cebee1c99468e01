using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Onnx;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Report.Sections;

/// <summary>The top of the page: which model, met or missed, and what to do when missed.</summary>
internal static class Verdict
{
    public static Markup Render(BuildReport report) => Markup.Format($"""
        <header>
        <p class="eyebrow">MixPrec report · {PrintableName.Format(report.Model)}</p>
        <h1>{report.ClassName} {Badge(report)}</h1>
        <p class="lead">{Sentence(report)}</p>
        {Failure(report)}
        {Warnings(report)}
        {Next(report)}
        </header>
        """);

    private static Markup Badge(BuildReport report) => report.Failure is { } failure
        ? Markup.Format($"<span class=\"badge bad\">{failure.Id}</span>")
        : report.IsFromLock ? Markup.Format($"<span class=\"badge\">plan from the lock file</span>")
        : double.IsNaN(report.MeasuredError) && report.Layers.All(l => l.Precision == PrecisionConfig.F32.Id)
            ? Markup.Format($"<span class=\"badge\">all fp32</span>")
        : report.Loss.Length == 0 ? Markup.Format($"<span class=\"badge\">precisions of the model</span>")
        : double.IsNaN(report.MeasuredError) ? Markup.Format($"<span class=\"badge\">not measured</span>")
        : Markup.Format($"<span class=\"badge good\">budget met</span>");

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
            : $" One run takes {ReportText.Microseconds(report.MeasuredMicroseconds)} "
                + $"instead of {ReportText.Microseconds(report.Float32Microseconds)}.";
        string origin = !report.IsFromLock ? ""
            : " This build measured nothing: errors and times are those that the lock file records"
                + $"{(report.Machine.Length > 0 ? " of " + report.Machine : "")}. "
                + "Times of sub-graphs, sensitivities and trade-off are known only to the build that made the plan"
                + (report.Steps.Count > 0 ? "." : "; mixprec report --measure times the steps on this machine.");
        return FormattableString.Invariant(
            $"{changed} of {Counted.Format(report.Layers.Count, "layer")} {(changed == 1 ? "leaves" : "leave")} fp32.{speed}{origin}");
    }

    private static Markup Failure(BuildReport report)
    {
        if (report.Failure is not { } failure)
        {
            return Markup.Empty;
        }

        var amount = !(report.UpperBound95 > report.ErrorBudget) ? Markup.Empty : Markup.Format($"""
            <p>Missed by <b>{ReportText.Percent((report.UpperBound95 / report.ErrorBudget) - 1)}</b>: the 95 % upper bound is {ReportText.Error(report.UpperBound95)}, allowed is {ReportText.Error(report.ErrorBudget)}.</p>
            """);
        return Markup.Format($"<div class=\"panel bad\"><p class=\"mono\">{failure.Id}: {failure.Message}</p>{amount}</div>");
    }

    private static Markup Next(BuildReport report) => NextSteps.For(report) is not { Count: > 0 } steps ? Markup.Empty
        : Markup.Format($"<div class=\"panel next\"><h3>What to do next</h3>"
            + $"<ul>{Markup.Join(steps.Select(s => Markup.Format($"<li>{s}</li>")))}</ul></div>");

    private static Markup Warnings(BuildReport report) => report.Warnings.Count == 0 ? Markup.Empty
        : Markup.Format(
            $"<div class=\"panel warn\"><ul>{Markup.Join(report.Warnings.Select(w => Markup.Format($"<li>{w}</li>")))}</ul></div>");
}

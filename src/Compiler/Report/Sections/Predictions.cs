using MixPrec.Compiler.Onnx;

namespace MixPrec.Compiler.Report.Sections;

/// <summary>How far the models behind the decision were right, and how good the solver's answer is.</summary>
internal static class Predictions
{
    public static Markup Render(BuildReport report)
    {
        var rows = Rows(report).ToArray();
        return rows.Length == 0 ? Markup.Empty : HtmlReport.Section(
            "Predicted and measured", "The plan is chosen by the predictions and accepted by the measurements.",
            Markup.Format(
                $"<div class=\"scroll\"><table><thead><tr><th></th><th class=\"n\">predicted</th><th class=\"n\">measured</th>"
                + $"<th class=\"n\">measured / predicted</th></tr></thead><tbody>{Markup.Join(rows)}</tbody></table></div>"
                + $"{Solver(report)}"));
    }

    private static IEnumerable<Markup> Rows(BuildReport report)
    {
        foreach (var (name, predicted) in report.Estimators)
        {
            yield return Row(report.Estimators[0].Key == name ? $"loss error ({name}, decided)" : $"loss error ({name})", predicted,
                report.MeasuredError, ReportText.Error);
        }

        if (report.Estimators.Count == 0 && double.IsFinite(report.PredictedError))
        {
            yield return Row("loss error", report.PredictedError, report.MeasuredError, ReportText.Error);
        }

        if (report.MeasuredPlans.FirstOrDefault(p => p.Ships) is { PredictedTogether: > 0 } plan)
        {
            yield return Row("loss error, with what errors of layers have in common", plan.PredictedTogether, plan.MeasuredError,
                ReportText.Error);
        }

        foreach (var output in report.Outputs)
        {
            yield return Row($"loss error of {PrintableName.Format(output.Name)} ({output.Loss})", output.PredictedError,
                output.MeasuredError, ReportText.Error);
        }

        if (double.IsFinite(report.PredictedMicroseconds) && !report.IsFloat)
        {
            yield return Row("time of one run", report.PredictedMicroseconds, report.MeasuredMicroseconds, ReportText.Microseconds);
        }
    }

    private static Markup Row(string name, double predicted, double measured, Func<double, string> text) => Markup.Format(
        $"<tr><td>{name}</td><td class=\"n\">{text(predicted)}</td><td class=\"n\">{text(measured)}</td>"
        + $"<td class=\"n\">{ReportText.Ratio(measured / predicted)}</td></tr>\n");

    private static Markup Solver(BuildReport report)
    {
        if (report.Solver is not { } solver)
        {
            return Markup.Empty;
        }

        string repairs = solver.Repairs == 0 ? ""
            : FormattableString.Invariant($" Measured before this plan: {solver.Repairs} other{(solver.Repairs == 1 ? "" : "s")}.");
        string answer = double.IsFinite(solver.GainBound)
            ? $"gain {ReportText.Gain(solver.Gain, report.GainUnit)}, bound {ReportText.Gain(solver.GainBound, report.GainUnit)}, "
                + $"relative gap {ReportText.Percent(solver.RelativeGap)}." : "";
        return Markup.Format($"<p class=\"note\">Solver: {solver.Status.ToLowerInvariant()}; {answer}{repairs}</p>");
    }
}

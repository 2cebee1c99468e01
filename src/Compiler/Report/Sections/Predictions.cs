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
                + $"{Solver(report)}{Subgraphs(report)}"));
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

    /// <summary>The parts as they were timed alone, beside the sum of their steps in the network.</summary>
    private static Markup Subgraphs(BuildReport report)
    {
        var timed = report.Subgraphs
            .Where(s => double.IsFinite(s.MeasuredNanoseconds) && double.IsFinite(s.PredictedNanoseconds)).ToArray();
        return timed.Length < 2 ? Markup.Empty : Markup.Format($"""
            <details><summary>Time of each sub-graph: by itself, as it was chosen, and in the network with the plan</summary>
            <p class="note">What lies between the two: caches that the neighbours fill, conversions that they share, and the clock between steps.</p>
            <div class="scroll"><table class="sortable"><thead><tr><th>sub-graph</th><th>layers</th><th class="n">by itself</th><th class="n">in the network</th><th class="n">measured / predicted</th></tr></thead><tbody>
            {Markup.Join(timed.Select(Row))}
            </tbody></table></div></details>
            """);
    }

    private static Markup Row(ReportSubgraph part) => Markup.Format($"""
        <tr><td data-sort="{part.Index}">{part.Index}</td><td class="name">{string.Join(", ", part.Layers.Select(PrintableName.Format))}</td><td class="n" data-sort="{ReportText.Key(part.PredictedNanoseconds)}">{ReportText.Nanoseconds(part.PredictedNanoseconds)}</td><td class="n" data-sort="{ReportText.Key(part.MeasuredNanoseconds)}">{ReportText.Nanoseconds(part.MeasuredNanoseconds)}</td><td class="n" data-sort="{ReportText.Key(part.MeasuredNanoseconds / part.PredictedNanoseconds)}">{ReportText.Ratio(part.MeasuredNanoseconds / part.PredictedNanoseconds)}</td></tr>

        """);

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

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

    /// <summary>The parts by themselves, as they were predicted, beside what they were measured to change and to take.</summary>
    private static Markup Subgraphs(BuildReport report)
    {
        var known = report.Subgraphs.Where(s => double.IsFinite(s.MeasuredError) || HasTimes(s)).ToArray();
        int measured = known.Count(s => double.IsFinite(s.MeasuredError)), changed = known.Count(s => s.PredictedError > 0);
        return known.Length < 2 ? Markup.Empty : Markup.Format($"""
            <details><summary>Each sub-graph: loss error and time, predicted and measured</summary>
            <p class="note">The error is that of the sub-graph alone, all others in fp32, on the held-out samples{(measured < changed ? $"; of {changed} sub-graphs the {measured} with the largest prediction were measured" : "")}. Its time is that by itself, as it was chosen, and that in the network with the plan; between the two lie caches that the neighbours fill, conversions that they share, and the clock between steps.</p>
            <div class="scroll"><table class="sortable"><thead><tr><th>sub-graph</th><th>layers</th><th class="n">error predicted</th><th class="n">measured</th><th class="n">measured / predicted</th><th class="n">time by itself</th><th class="n">in the network</th><th class="n">measured / predicted</th></tr></thead><tbody>
            {Markup.Join(known.Select(Row))}
            </tbody></table></div></details>
            """);
    }

    private static bool HasTimes(ReportSubgraph part) =>
        double.IsFinite(part.MeasuredNanoseconds) && double.IsFinite(part.PredictedNanoseconds);

    private static Markup Row(ReportSubgraph part) => Markup.Format($"""
        <tr><td data-sort="{part.Index}">{part.Index}</td><td class="name">{string.Join(", ", part.Layers.Select(PrintableName.Format))}</td>{Cells(part.PredictedError, part.MeasuredError, ReportText.Error)}{Cells(part.PredictedNanoseconds, part.MeasuredNanoseconds, ReportText.Nanoseconds)}</tr>

        """);

    private static Markup Cells(double predicted, double measured, Func<double, string> text) => Markup.Join(
        new[] { (predicted, text), (measured, text), (predicted > 0 ? measured / predicted : double.NaN, ReportText.Ratio) }
            .Select(c => Markup.Format($"<td class=\"n\" data-sort=\"{ReportText.Key(c.Item1)}\">{c.Item2(c.Item1)}</td>")));

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

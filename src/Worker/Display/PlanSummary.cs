using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MixPrec.Compiler;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Report;
using MixPrec.Compiler.Selection;
using MixPrec.Compiler.Verification;
using MixPrec.Diagnostics;
using MixPrec.Worker.CommandLine;

namespace MixPrec.Worker.Display;

/// <summary>
/// What a compilation decided, also when it failed: the layers, predicted against measured, and what other budgets would give.
/// </summary>
internal static class PlanSummary
{
    /// <param name="written">Files that were written.</param>
    /// <param name="output">Where it will be printed.</param>
    public static string Text(CompilationResult result, IReadOnlyList<string> written, CommandOutput output)
    {
        var report = result.Report;
        var text = new StringBuilder(Layers(report).For(output)).Append('\n');
        if (report.IsFloat)
        {
            text.Append("Every layer runs in fp32.\n");
        }

        foreach (var (title, line) in Lines(report)
            .Concat(written.Select((file, i) => (i == 0 ? "written" : "", Path.GetRelativePath(Environment.CurrentDirectory, file)))))
        {
            text.Append(title.PadRight(12)).Append(line).Append('\n');
        }

        if (report.Curve.Count > 0)
        {
            string times = report.Curve.Any(p => double.IsFinite(p.MeasuredMicroseconds)) ? "" : ", with times from the timing table";
            text.Append($"\nWhat other plans measure{times}:\n\n{CurveText.Table(report.Curve).For(output)}");
        }

        return text.Append(TradeOff(report) is { } table ? $"\nWhat other budgets would give, as predicted:\n\n{table.For(output)}" : "")
            .ToString();
    }

    /// <summary>One line; numbers that are not known are null.</summary>
    public static string Json(CompilationResult result, IReadOnlyList<string> written)
    {
        var report = result.Report;
        return new JsonObject
        {
            ["className"] = report.ClassName,
            ["met"] = result.Plan is not null,
            ["diagnostics"] = Array(result.Diagnostics, d => new JsonObject { ["code"] = d.Description.Id, ["text"] = d.Text }),
            ["loss"] = report.Loss,
            ["lossReason"] = report.LossReason,
            ["heldOutSamples"] = report.HeldOutSamples,
            ["lossError"] = new JsonObject
            {
                ["budget"] = Number(report.ErrorBudget), ["predicted"] = Number(report.PredictedError),
                    ["measured"] = Number(report.MeasuredError), ["upperBound95"] = Number(report.UpperBound95),
            },
            ["outputs"] = Array(report.Outputs, o => new JsonObject
            {
                ["name"] = o.Name, ["loss"] = o.Loss, ["predicted"] = Number(o.PredictedError),
                ["measured"] = Number(o.MeasuredError), ["upperBound95"] = Number(o.UpperBound95),
            }),
            ["top1Agreement"] = Number(report.Top1Agreement),
            ["accuracy"] = report.Accuracy is not { } accuracy ? null : new JsonObject
            {
                ["float32"] = accuracy.Float32Accuracy, ["plan"] = accuracy.PlanAccuracy, ["drop"] = accuracy.Points,
                    ["upperBound95"] = accuracy.UpperBound95,
            },
            ["microseconds"] = new JsonObject
            {
                ["float32"] = Number(report.Float32Microseconds), ["predicted"] = Number(report.PredictedMicroseconds),
                    ["measured"] = Number(report.MeasuredMicroseconds),
            },
            ["machine"] = report.Machine,
            ["layers"] = Array(report.Layers, l => new JsonObject
            {
                ["name"] = l.Name, ["operator"] = l.Operator, ["precision"] = l.Precision, ["accumulator"] = Accumulator(l),
                    ["recomputed"] = Number(l.Recomputed), ["shareOfLossError"] = Number(l.ShareOfLossError), ["gain"] = Number(l.Gain),
                ["overflow"] = l.Overflow.Length > 0 ? l.Overflow : null,
                ["subgraph"] = l.Subgraph, ["whyFloat32"] = l.WhyFloat.Length > 0 ? l.WhyFloat : null,
                ["candidates"] = Array(l.Candidates, c => new JsonObject
                {
                    ["precision"] = c.Precision, ["lossErrorAlone"] = Number(c.RelativeError),
                }),
            }),
            ["measuredPlans"] = Array(report.MeasuredPlans, p => new JsonObject
            {
                ["predictedError"] = Number(p.PredictedError), ["predictedTogether"] = Number(p.PredictedTogether),
                ["measuredError"] = Number(p.MeasuredError),
                ["upperBound95"] = Number(p.UpperBound95), ["gain"] = Number(p.Gain),
                ["layersNotInFloat32"] = p.Layers, ["ships"] = p.Ships,
            }),
            ["subgraphs"] = Array(report.Subgraphs, s => new JsonObject
            {
                ["index"] = s.Index, ["layers"] = Array(s.Layers, l => JsonValue.Create(l)),
                ["predictedNanoseconds"] = Number(s.PredictedNanoseconds), ["measuredNanoseconds"] = Number(s.MeasuredNanoseconds),
                ["predictedError"] = Number(s.PredictedError), ["measuredError"] = Number(s.MeasuredError),
            }),
            ["steps"] = ProfileTable.Json(report.Steps),
            ["roofs"] = report.Roofs.Length > 0 ? report.Roofs : null,
            ["warnings"] = Array(report.Warnings, w => JsonValue.Create(w)),
            ["nextSteps"] = Array(NextSteps.For(report), step => JsonValue.Create(step)),
            ["seconds"] = new JsonObject(report.Phases.Select(p => KeyValuePair.Create(p.Key, Number(p.Value)))),
            ["origins"] = new JsonObject(report.Origins.Select(o => KeyValuePair.Create(o.Key, (JsonNode?)JsonValue.Create(o.Value)))),
            ["subnormalWeights"] = report.SubnormalWeights,
            ["gainUnit"] = report.GainUnit,
            ["gainIsModelled"] = report.GainIsModelled,
            ["tradeOff"] = Array(report.TradeOff, p => new JsonObject
            {
                ["errorBudget"] = p.ErrorBudget, ["predictedError"] = Number(p.PredictedError), ["gain"] = Number(p.Gain),
                    ["weightBytes"] = p.WeightBytes,
            }),
            ["curve"] = CurveText.Json(report.Curve),
            ["written"] = Array(written, f => JsonValue.Create(f)),
        }.ToJsonString(new JsonSerializerOptions { WriteIndented = false }) + "\n";
    }

    private static TextTable Layers(BuildReport report)
    {
        var table = new TextTable("layer", "operator", "precision", "accumulator", "error share",
            report.GainWords) { Numbers = [4, 5] };
        foreach (var layer in report.Layers)
        {
            bool isFloat = layer.Precision == PrecisionConfig.F32.Id;
            table.Add(
                PrintableName.Format(layer.Name), layer.Operator,
                    layer.Precision + (double.IsNaN(layer.Recomputed) ? "" : $", {ReportText.Percent(layer.Recomputed)} again"),
                    Accumulator(layer),
                isFloat ? "" : ReportText.Percent(layer.ShareOfLossError), isFloat ? "" : ReportText.Gain(layer.Gain, report.GainUnit));
        }

        return table;
    }

    private static string Confidence(BuildReport report) =>
        report.HeldOutSamples >= LossError.EnoughSamples ? "with 95 % confidence" : "at most, were the samples enough to say so";

    private static IEnumerable<(string Title, string Line)> Lines(BuildReport report)
    {
        if (double.IsFinite(report.MeasuredError))
        {
            yield return ("loss error", $"{ReportText.Error(report.MeasuredError)} measured "
                + $"({ReportText.Error(report.UpperBound95)} {Confidence(report)}), {ReportText.Error(report.PredictedError)} predicted, "
                + $"budget {ReportText.Error(report.ErrorBudget)}; {report.Loss}, "
                + Counted.Format(report.HeldOutSamples, "held-out sample"));
        }

        foreach (var output in report.Outputs)
        {
            yield return ("output", $"{PrintableName.Format(output.Name)}: {ReportText.Error(output.MeasuredError)} measured "
                + $"({ReportText.Error(output.UpperBound95)} {Confidence(report)}), {ReportText.Error(output.PredictedError)} predicted; "
                + output.Loss);
        }

        if (report.LossReason.Length > 0)
        {
            yield return ("loss", $"{report.Loss}, because {report.LossReason}");
        }

        if (double.IsFinite(report.Top1Agreement))
        {
            yield return ("top-1", $"{ReportText.Percent(report.Top1Agreement)} of them keep their class");
        }

        if (report.Accuracy is { } accuracy)
        {
            yield return ("accuracy", $"{ReportText.Percent(accuracy.PlanAccuracy)}, fp32 {ReportText.Percent(accuracy.Float32Accuracy)}: "
                + $"{ReportText.Points(accuracy.Points)} lost "
                + $"(at most {ReportText.Points(accuracy.UpperBound95)} with 95 % confidence)");
        }

        if (double.IsFinite(report.MeasuredMicroseconds) && report.IsFloat)
        {
            yield return ("time",
                $"{ReportText.Microseconds(report.MeasuredMicroseconds)} measured ({PrintableName.Format(report.Machine)})");
        }
        else if (double.IsFinite(report.MeasuredMicroseconds))
        {
            yield return ("time", $"{ReportText.Microseconds(report.MeasuredMicroseconds)} measured as a whole, "
                + $"fp32 {ReportText.Microseconds(report.Float32Microseconds)}: "
                + $"{ReportText.Ratio(report.Float32Microseconds / report.MeasuredMicroseconds)} as fast "
                + $"({PrintableName.Format(report.Machine)})");
            if (double.IsFinite(report.PredictedMicroseconds))
            {
                yield return ("", $"{ReportText.Microseconds(report.PredictedMicroseconds)} predicted: "
                    + "fp32 less what the parts save when they are timed one by one");
            }
        }
        else if (double.IsFinite(report.PredictedMicroseconds) && !report.IsFloat)
        {
            yield return ("time", $"{ReportText.Microseconds(report.PredictedMicroseconds)} predicted, "
                + $"fp32 {ReportText.Microseconds(report.Float32Microseconds)}: "
                + $"{ReportText.Ratio(report.Float32Microseconds / report.PredictedMicroseconds)} as fast; "
                + $"from the timing table, nothing was timed ({PrintableName.Format(report.Machine)})");
        }

        if (report.WeightBytes > 0)
        {
            yield return ("weights", $"{ReportText.Bytes(report.WeightBytes)}, fp32 {ReportText.Bytes(report.Float32WeightBytes)}");
        }

        if (report.SubnormalWeights > 0)
        {
            yield return ("subnormal", ReportText.SubnormalWeights(report.SubnormalWeights));
        }

        if (report.Solver is { } solver)
        {
            yield return ("solver", solver.Status.ToLowerInvariant()
                + (solver.RelativeGap > 0 ? $" within {ReportText.Percent(solver.RelativeGap)}" : "")
                + (solver.Repairs > 0 ? $"; {solver.Repairs} measured before" : ""));
        }
    }

    /// <summary>The budgets at which another plan begins, this build's marked; null where there is only one.</summary>
    private static TextTable? TradeOff(BuildReport report)
    {
        var steps = report.TradeOff.Where((p, i) => i == 0 || p.Gain != report.TradeOff[i - 1].Gain || p.ErrorBudget == report.ErrorBudget)
            .ToArray();
        if (steps.Length < 2)
        {
            return null;
        }

        var table = new TextTable("budget", "predicted", report.GainWords, "weights",
            "") { Numbers = [0, 1, 2, 3] };
        foreach (ParetoPoint point in steps)
        {
            table.Add(
                ReportText.Error(point.ErrorBudget), ReportText.Error(point.PredictedError), ReportText.Gain(point.Gain, report.GainUnit),
                    ReportText.Bytes(point.WeightBytes),
                point.ErrorBudget != report.ErrorBudget ? "" : Marked(point, report));
        }

        return table;
    }

    /// <summary>The plan that ships is not always the one that was predicted for its budget.</summary>
    private static string Marked(ParetoPoint point, BuildReport report) =>
        report.IsWithheld ? "← this budget; no faster as a whole, not shipped"
        : report.Solver is { } solver && solver.Gain != point.Gain
            ? $"← this budget; measured over it, what ships saves {ReportText.Gain(solver.Gain, report.GainUnit)}"
        : "← this build";

    private static string Accumulator(ReportLayer layer) => PrecisionConfig.Find(layer.Precision)?.Accumulator.ToString() ?? "";

    private static JsonNode? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    private static JsonArray Array<T>(IEnumerable<T> items, Func<T, JsonNode?> node) => [.. items.Select(node)];
}

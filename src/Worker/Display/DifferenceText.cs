using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Report;
using MixPrec.Diagnostics;
using MixPrec.Worker.CommandLine;

namespace MixPrec.Worker.Display;

/// <summary>What became of a plan, for people and as JSON.</summary>
internal static class DifferenceText
{
    private static readonly (string Name, string Json, Func<LockedNumbers, double> Of, Func<double, string> Text)[] s_numbers =
    [
        ("loss error predicted", "predictedError", n => n.PredictedError, ReportText.Error),
        ("loss error measured", "measuredError", n => n.MeasuredError, ReportText.Error),
        ("95 % bound", "upperBound95", n => n.UpperBound95, ReportText.Error),
        ("held-out samples", "heldOutSamples", n => n.HeldOutSamples, n => n.ToString(CultureInfo.InvariantCulture)),
        ("time in fp32", "float32Microseconds", n => n.Float32Microseconds, ReportText.Microseconds),
        ("time predicted", "predictedMicroseconds", n => n.PredictedMicroseconds, ReportText.Microseconds),
        ("time measured", "measuredMicroseconds", n => n.MeasuredMicroseconds, ReportText.Microseconds),
        ("as fast as fp32", "speedup", Speedup, ReportText.Ratio),
    ];

    public static string Text(PlanDifference difference, CommandOutput output)
    {
        var text = new StringBuilder($"plan {difference.Key}, {PrintableName.Format(difference.Model)}: {Verdict(difference)}\n");
        if (difference.Was is not { } was || difference.Is is not { } now)
        {
            return text.ToString();
        }

        text.Append(string.Concat(difference.Causes.Select((cause, i) => $"{(i == 0 ? "because " : "    and ")}{cause}\n")));
        if (difference.Layers.Count > 0)
        {
            text.Append('\n').Append(Layers(difference).For(output));
        }

        if (difference.Moved is { Count: > 0 } moved)
        {
            var (name, share) = moved.MaxBy(m => m.Share);
            text.Append(CultureInfo.InvariantCulture,
                $"\nThe {(moved.Count == 1 ? "range of 1 layer" : $"ranges of {moved.Count} layers")} moved, "
                + $"{PrintableName.Format(name)} most: by {ReportText.Percent(share)} of its width.\n");
        }

        if (difference.Adjusted.Count > 0)
        {
            string layers = Counted.Format(difference.Adjusted.Count, "layer");
            text.Append(CultureInfo.InvariantCulture, $"\nWhat calibration changes about weights and biases is another of {layers}.\n");
        }

        return (Numbers(was.Numbers, now.Numbers) is { } numbers ? text.Append('\n').Append(numbers.For(output)) : text).ToString();
    }

    /// <summary>One line; numbers that are not known are null.</summary>
    public static string Json(IReadOnlyList<PlanDifference> differences) => new JsonObject
    {
        ["same"] = differences.All(d => d.DecidesTheSame),
        ["plans"] = Array(differences, d => new JsonObject
        {
            ["key"] = d.Key,
            ["model"] = d.Model,
            ["change"] = d.Was is null ? "added" : d.Is is null ? "removed" : d.DecidesTheSame ? "none" : "changed",
            ["causes"] = Array(d.Causes, c => JsonValue.Create(c)),
            ["layers"] = Array(d.Layers, l => new JsonObject
            {
                ["name"] = l.Name, ["was"] = l.Was?.Precision.Id, ["is"] = l.Is?.Precision.Id, ["reason"] = l.Reason,
                ["lossErrorWas"] = Number(l.Was?.LossError), ["lossErrorIs"] = Number(l.Is?.LossError),
                ["gainMicrosecondsWas"] = Number(l.Was?.GainMicroseconds), ["gainMicrosecondsIs"] = Number(l.Is?.GainMicroseconds),
            }),
            ["rangesMoved"] = Array(d.Moved, m => new JsonObject { ["name"] = m.Name, ["share"] = m.Share }),
            ["adjusted"] = Array(d.Adjusted, name => JsonValue.Create(name)),
            ["numbers"] = new JsonObject(s_numbers.Select(n => KeyValuePair.Create<string, JsonNode?>(n.Json, new JsonObject
            {
                ["was"] = Number(d.Was is { } was ? n.Of(was.Numbers) : null), ["is"] = Number(d.Is is { } now ? n.Of(now.Numbers) : null),
            }))),
        }),
    }.ToJsonString() + "\n";

    private static string Verdict(PlanDifference difference) =>
        difference.Was is not { } was ? $"added, {Quantized(difference.Is!)}"
        : difference.Is is not { } now ? $"removed, {Quantized(was)}"
        : difference.Layers.Count > 0
            ? $"{difference.Layers.Count} of {Counted.Format(now.Layers.Count, "layer")} changed precision; "
                + $"{Quantized(was)} then, {Quantized(now)} now"
        : difference.Moved.Count > 0 ? "the same precisions with other ranges"
        : difference.Adjusted.Count > 0 ? "the same precisions with other weights or biases"
        : difference.Causes.Count > 0 ? "the same decisions from other inputs" : "the same decisions";

    private static string Quantized(LockedPlan plan) =>
        $"{plan.Layers.Count(l => l.Precision != PrecisionConfig.F32)} of {plan.Layers.Count} not in fp32";

    private static TextTable Layers(PlanDifference difference)
    {
        var table = new TextTable("layer", "was", "is", "time saved", "why");
        foreach (var layer in difference.Layers)
        {
            table.Add(PrintableName.Format(layer.Name), layer.Was?.Precision.Id ?? ReportText.Unknown,
                layer.Is?.Precision.Id ?? ReportText.Unknown, $"{Gain(layer.Was)} → {Gain(layer.Is)}", layer.Reason);
        }

        return table;
    }

    private static string Gain(LockedLayer? layer) => layer is null ? ReportText.Unknown : ReportText.Microseconds(layer.GainMicroseconds);

    /// <summary>Null where all are the same.</summary>
    private static TextTable? Numbers(LockedNumbers was, LockedNumbers now)
    {
        var table = new TextTable("", "was", "is", "change") { Numbers = [1, 2, 3] };
        var changed = s_numbers.Where(n => !n.Of(was).Equals(n.Of(now))).ToArray();
        foreach (var (name, _, of, text) in changed)
        {
            double change = (of(now) / of(was)) - 1;
            table.Add(name, text(of(was)), text(of(now)),
                double.IsFinite(change) ? (change > 0 ? "+" : "") + ReportText.Percent(change) : ReportText.Unknown);
        }

        return changed.Length == 0 ? null : table;
    }

    private static double Speedup(LockedNumbers numbers) => numbers.Float32Microseconds
        / (double.IsFinite(numbers.MeasuredMicroseconds) ? numbers.MeasuredMicroseconds : numbers.PredictedMicroseconds);

    private static JsonNode? Number(double? value) => value is { } number && double.IsFinite(number) ? JsonValue.Create(number) : null;

    private static JsonArray Array<T>(IEnumerable<T> items, Func<T, JsonNode?> node) => [.. items.Select(node)];
}

using System.Globalization;
using System.Text.Json.Nodes;
using MixPrec.Compiler.Report;
using MixPrec.Compiler.Selection;

namespace MixPrec.Worker.Display;

/// <summary>A measured trade-off curve as a table, as CSV and as JSON.</summary>
internal static class CurveText
{
    private static readonly (string Name, Func<CurvePoint, double> Of)[] s_numbers =
    [
        ("errorBudget", p => p.ErrorBudget), ("predictedError", p => p.PredictedError), ("measuredError", p => p.MeasuredError),
        ("upperBound95", p => p.UpperBound95), ("predictedMicroseconds", p => p.PredictedMicroseconds),
        ("measuredMicroseconds", p => p.MeasuredMicroseconds), ("float32Microseconds", p => p.Float32Microseconds),
        ("weightBytes", p => p.WeightBytes), ("layersNotInFp32", p => p.QuantizedLayers),
    ];

    public static TextTable Table(IReadOnlyList<CurvePoint> curve)
    {
        var table = new TextTable("chosen by", "budget", "predicted", "measured", "95 % bound", "time", "of fp32", "weights", "not in fp32",
            "front") { Numbers = [1, 2, 3, 4, 5, 6, 7, 8] };
        foreach (var point in curve)
        {
            bool isMeasured = double.IsFinite(point.MeasuredMicroseconds);
            table.Add(point.Strategy, ReportText.Error(point.ErrorBudget), ReportText.Error(point.PredictedError),
                ReportText.Error(point.MeasuredError), ReportText.Error(point.UpperBound95),
                ReportText.Microseconds(isMeasured ? point.MeasuredMicroseconds : point.PredictedMicroseconds),
                ReportText.Percent(point.RelativeTime), ReportText.Bytes(point.WeightBytes),
                point.QuantizedLayers.ToString(CultureInfo.InvariantCulture), point.IsOnFront ? "*" : "");
        }

        return table;
    }

    /// <summary>With a heading; empty fields for what was not measured.</summary>
    public static string Csv(IReadOnlyList<CurvePoint> curve) =>
        $"strategy,{string.Join(',', s_numbers.Select(n => n.Name))},onFront\n" + string.Concat(curve.Select(p =>
            $"{p.Strategy},{string.Join(',', s_numbers.Select(n => Text(n.Of(p))))},{(p.IsOnFront ? "true" : "false")}\n"));

    public static JsonArray Json(IReadOnlyList<CurvePoint> curve) => [.. curve.Select(p => new JsonObject(
        s_numbers.Select(n => KeyValuePair.Create<string, JsonNode?>(n.Name, double.IsFinite(n.Of(p)) ? JsonValue.Create(n.Of(p)) : null))
            .Prepend(new("strategy", p.Strategy)).Append(new("onFront", p.IsOnFront))))];

    private static string Text(double number) => double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : "";
}

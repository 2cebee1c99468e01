using System.Globalization;
using MixPrec.Compiler.Onnx;
using MixPrec.Plan;

namespace MixPrec.Compiler.Report;

/// <summary>The sections every report has: what was chosen for each layer, and the predicted and measured totals.</summary>
internal static class PlanSections
{
    public static IReadOnlyList<ReportSection> Of(PlanInfo info) => [Totals(info), Layers(info)];

    private static ReportSection Totals(PlanInfo info) => new(
        "Loss error and time",
        [$"Loss {info.Loss}, error budget {Number(info.ErrorBudget, "G4")}. Times are microseconds of one run on {info.Machine}."],
        new ReportTable(
            ["", "predicted", "measured", "fp32"],
            [
                ["relative loss error", Number(info.PredictedLossError, "F5"), Number(info.MeasuredLossError, "F5"), "0"],
                ["microseconds", Number(info.PredictedMicroseconds, "F1"), Number(info.MeasuredMicroseconds, "F1"), Number(info.Float32Microseconds, "F1")],
            ],
            [1, 2, 3]));

    private static ReportSection Layers(PlanInfo info) => new(
        "Layers",
        [],
        new ReportTable(
            ["layer", "operator", "precision", "accumulator", "share of loss error", "time gain µs"],
            [.. info.Layers.Select(Row)],
            [4, 5]));

    private static IReadOnlyList<string> Row(PlanLayer layer) =>
    [
        PrintableName.Of(layer.Name), layer.Operator, layer.Precision, layer.Accumulator,
        Number(layer.ShareOfLossError * 100, "F1") + " %", Number(layer.TimeGainMicroseconds, "F2"),
    ];

    private static string Number(double value, string format) => double.IsNaN(value) ? "–" : value.ToString(format, CultureInfo.InvariantCulture);
}

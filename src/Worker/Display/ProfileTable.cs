using System.Globalization;
using System.Text.Json.Nodes;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Report;
using MixPrec.Worker.CommandLine;

namespace MixPrec.Worker.Display;

/// <summary>
/// Steps for people and programs: for each its time, what it does a nanosecond, and how much of the roof that is.
/// </summary>
internal static class ProfileTable
{
    public static string Text(IReadOnlyList<ProfiledStep> steps, CommandOutput output)
    {
        double all = steps.Sum(s => s.Nanoseconds);
        var table = new TextTable("layer", "kernel", "shapes", "µs", "share", "GMAC/s", "GB/s", "of roof") { Numbers = [3, 4, 5, 6, 7] };
        foreach (var step in steps)
        {
            table.Add(PrintableName.Format(step.Layer), step.Kernel, step.Shapes, Number(step.Nanoseconds / 1000),
                Share(step.Nanoseconds / all), Number(step.GmacPerSecond), Number(step.GigabytesPerSecond), Share(step.OfRoof));
        }

        return table.For(output);
    }

    public static JsonArray Json(IReadOnlyList<ProfiledStep> steps)
    {
        double all = steps.Sum(s => s.Nanoseconds);
        return [.. steps.Select(s => new JsonObject
        {
            ["layer"] = s.Layer, ["kernel"] = s.Kernel, ["shapes"] = s.Shapes, ["microseconds"] = Known(s.Nanoseconds / 1000),
            ["share"] = Known(s.Nanoseconds / all), ["gmacPerSecond"] = Known(s.GmacPerSecond),
            ["gigabytesPerSecond"] = Known(s.GigabytesPerSecond), ["ofRoof"] = Known(s.OfRoof),
        })];
    }

    private static double? Known(double? value) => value is { } known && double.IsFinite(known) ? known : null;

    private static string Number(double? value) => Known(value) is { } known ? known.ToString("F1", CultureInfo.InvariantCulture) : "";

    private static string Share(double? value) =>
        Known(value) is { } known ? (known * 100).ToString("F1", CultureInfo.InvariantCulture) + " %" : "";
}

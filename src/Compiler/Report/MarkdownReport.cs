using System.Text;
using MixPrec.Compiler.Onnx;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Report;

/// <summary>
/// What a reviewer wants to see of a plan, as a comment on a pull request: the line, the layers, warnings and what to do.
/// </summary>
internal static class MarkdownReport
{
    /// <summary>Layers of the table; the page has them all.</summary>
    private const int MostLayers = 40;

    /// <summary>Steps of the table.</summary>
    private const int MostSteps = 5;

    private const string Markup = "\\`*_{}[]<>()#+!|~@&$^=";

    public static string Format(BuildReport report)
    {
        var text = new StringBuilder($"### {Words(report.ClassName)} ({Words(PrintableName.Format(report.Model))})\n\n");
        text.Append(report.Failure is { } failure
            ? $"**{Words(failure.Id)}**: {Words(failure.Message)}\n" : $"{SummaryLine.Format(report)}\n");
        if (report.Layers.Count > 0)
        {
            text.Append($"\n| layer | operator | precision | share of loss error | {report.GainWords} | why |\n"
                + "|---|---|---|---:|---:|---|\n");
            foreach (var layer in report.Layers.Take(MostLayers))
            {
                text.Append($"| {Words(PrintableName.Format(layer.Name))} | {Words(layer.Operator)} | {Words(layer.Precision)} | "
                    + $"{ReportText.Percent(layer.ShareOfLossError)} | {ReportText.Gain(layer.Gain, report.GainUnit)} | "
                    + $"{Words(layer.WhyFloat)} |\n");
            }

            text.Append(report.Layers.Count > MostLayers ? $"\n{Counted.Format(report.Layers.Count - MostLayers, "layer")} more.\n" : "");
        }

        Slowest(text, report);
        List(text, "Warnings", report.Warnings);
        List(text, "What to do next", NextSteps.For(report));
        return text.ToString();
    }

    /// <summary>Where the time goes: the steps that take most of it.</summary>
    private static void Slowest(StringBuilder text, BuildReport report)
    {
        if (report.Steps.Count == 0)
        {
            return;
        }

        double all = report.Steps.Sum(s => s.Nanoseconds);
        text.Append("\n| step | kernel | time | share | of the roof |\n|---|---|---:|---:|---:|\n");
        foreach (var step in report.Steps.OrderByDescending(s => s.Nanoseconds).Take(MostSteps))
        {
            text.Append($"| {Words(PrintableName.Format(step.Layer))} | {Words(step.Kernel)} | "
                + $"{ReportText.Nanoseconds(step.Nanoseconds)} | {ReportText.Percent(step.Nanoseconds / all)} | "
                + $"{ReportText.Percent(step.OfRoof ?? double.NaN)} |\n");
        }

        text.Append(report.Steps.Count > MostSteps ? $"\n{Counted.Format(report.Steps.Count - MostSteps, "quicker step")}.\n" : "");
    }

    private static void List(StringBuilder text, string title, IReadOnlyList<string> items)
    {
        if (items.Count > 0)
        {
            text.Append($"\n**{title}**\n\n").AppendJoin("", items.Select(i => $"- {Words(i)}\n"));
        }
    }

    /// <summary>
    /// Text that is nothing but text: a name of a model may hold anything. Escaped is what begins markup, an entity, a formula or an emoji,
    /// and what makes a link of an address (<c>://</c>, <c>www.</c>).
    /// </summary>
    private static string Words(string text)
    {
        string line = LogText.Line(text);
        var words = new StringBuilder(line.Length);
        for (int i = 0; i < line.Length; i++)
        {
            bool isColon = line[i] == ':' && i + 1 < line.Length && line[i + 1] != ' ';
            bool isLink = line[i] == '.' && line[..i].EndsWith("www", StringComparison.OrdinalIgnoreCase);
            words.Append(isColon || isLink || Markup.Contains(line[i], StringComparison.Ordinal) ? "\\" : "").Append(line[i]);
        }

        return words.ToString();
    }
}

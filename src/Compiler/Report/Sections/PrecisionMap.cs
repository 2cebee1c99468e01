using MixPrec.Compiler.Onnx;

namespace MixPrec.Compiler.Report.Sections;

/// <summary>
/// The layers as boxes, left to right as they read one another, in the colours of their precisions; sub-graphs are frames.
/// </summary>
internal static class PrecisionMap
{
    private const int BoxWidth = 104, BoxHeight = 38, Across = 18, Down = 18, Margin = 14;

    /// <summary>A drawing of more would be no picture any more; the table has them all.</summary>
    private const int MostLayers = 300, MostConnections = 900;

    public static Markup Render(BuildReport report) =>
        report.Layers.Count < 2 || report.Layers.Count > MostLayers || report.Connections.Count is 0 or > MostConnections ? Markup.Empty
        : HtmlReport.Section("Precision map", "The layers as they read one another, other operations left out. "
            + "A frame is a sub-graph whose layers are chosen together; the colour is the precision.", Drawing(report));

    private static Markup Drawing(BuildReport report)
    {
        int[] columns = Columns(report);
        var rows = Rows(columns);
        int X(int layer) => Margin + (columns[layer] * (BoxWidth + Across));
        int Y(int layer) => Margin + (rows[layer] * (BoxHeight + Down));
        int width = (2 * Margin) + ((columns.Max() + 1) * (BoxWidth + Across)) - Across;
        int height = (2 * Margin) + ((rows.Max() + 1) * (BoxHeight + Down)) - Down;
        var frames = report.Layers.Index().GroupBy(l => l.Item.Subgraph).Where(g => g.Count() > 1).Select(g => (
            Left: g.Min(l => X(l.Index)) - 7, Top: g.Min(l => Y(l.Index)) - 7, Right: g.Max(l => X(l.Index)) + BoxWidth + 7,
            Bottom: g.Max(l => Y(l.Index)) + BoxHeight + 7));
        return Markup.Format($"""
            <div class="scroll" tabindex="0"><svg class="map" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" aria-label="layers and their connections">
            {Markup.Join(frames.Select(f => Markup.Format($"<rect class=\"frame\" x=\"{f.Left}\" y=\"{f.Top}\" width=\"{f.Right - f.Left}\" height=\"{f.Bottom - f.Top}\" rx=\"10\"/>")))}
            {Markup.Join(report.Connections.Select(c => Line(X(c.From) + BoxWidth, Y(c.From) + (BoxHeight / 2), X(c.To), Y(c.To) + (BoxHeight / 2))))}
            {Markup.Join(report.Layers.Select((l, i) => Box(report, l, X(i), Y(i))))}
            </svg></div>
            """);
    }

    /// <summary>Each layer one to the right of the last that it reads.</summary>
    private static int[] Columns(BuildReport report)
    {
        var columns = new int[report.Layers.Count];
        foreach (var connection in report.Connections.OrderBy(c => c.To))
        {
            columns[connection.To] = Math.Max(columns[connection.To], columns[connection.From] + 1);
        }

        return columns;
    }

    /// <summary>Layers of one column below each other, in their order.</summary>
    private static int[] Rows(int[] columns)
    {
        var used = new Dictionary<int, int>();
        return [.. columns.Select(column => used[column] = used.TryGetValue(column, out int row) ? row + 1 : 0)];
    }

    private static Markup Line(int x1, int y1, int x2, int y2)
    {
        int bend = Math.Max(Across / 2, (x2 - x1) / 3);
        return Markup.Format($"<path class=\"edge\" d=\"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}\"/>\n");
    }

    private static Markup Box(BuildReport report, ReportLayer layer, int x, int y) => Markup.Format($"""
        <g class="box"><title>{PrintableName.Format(layer.Name)}: {layer.Precision}, {ReportText.Percent(layer.ShareOfLossError)} of the loss error, {report.GainWords} {ReportText.Gain(layer.Gain, report.GainUnit)}</title><rect class="{PrecisionColours.Class(layer.Precision)}" x="{x}" y="{y}" width="{BoxWidth}" height="{BoxHeight}" rx="6"/><text x="{x + 8}" y="{y + 16}">{Short(layer.Name)}</text><text class="kind" x="{x + 8}" y="{y + 30}">{Kind(layer)}</text></g>

        """);

    /// <summary>What fits into a box.</summary>
    private static string Kind(ReportLayer layer) =>
        layer.Operator.Length + layer.Precision.Length < 17 ? $"{layer.Operator} {layer.Precision}" : layer.Precision;

    /// <summary>The end of a name tells layers apart.</summary>
    private static string Short(string name)
    {
        const int Longest = 14;
        string shown = PrintableName.Format(name).Trim('/');
        int slash = shown.LastIndexOf('/');
        string[] kinds = ["conv", "gemm", "matmul"];
        string last = slash > 0 && kinds.Contains(shown[(slash + 1)..], StringComparer.OrdinalIgnoreCase) ? shown[..slash] : shown;
        return last.Length <= Longest ? last : "…" + last[^(Longest - 1)..];
    }
}

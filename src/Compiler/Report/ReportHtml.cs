using System.Net;
using System.Text;

namespace MixPrec.Compiler.Report;

/// <summary>Prints a report as one HTML page without scripts or links to elsewhere. All text is escaped.</summary>
internal static class ReportHtml
{
    private const string Style =
        "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}"
        + "table{border-collapse:collapse}th,td{padding:.2rem .8rem;border-bottom:1px solid #ddd;text-align:left}th{border-bottom-color:#888}.n{text-align:right;font-variant-numeric:tabular-nums}";

    public static string Format(BuildReport report)
    {
        var page = new StringBuilder($"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{Text(report.Title)}</title>\n<style>{Style}</style>\n</head>\n<body>\n<h1>{Text(report.Title)}</h1>\n");
        foreach (var section in report.Sections)
        {
            page.Append($"<h2>{Text(section.Heading)}</h2>\n");
            foreach (string sentence in section.Sentences)
            {
                page.Append($"<p>{Text(sentence)}</p>\n");
            }

            if (section.Table is { } table)
            {
                Append(page, table);
            }
        }

        return page.Append("</body>\n</html>\n").ToString();
    }

    private static void Append(StringBuilder page, ReportTable table)
    {
        page.Append("<table>\n");
        AppendRow(page, "th", table.Headings, table);
        foreach (var row in table.Rows)
        {
            AppendRow(page, "td", row, table);
        }

        page.Append("</table>\n");
    }

    private static void AppendRow(StringBuilder page, string tag, IReadOnlyList<string> cells, ReportTable table)
    {
        page.Append("<tr>");
        for (int column = 0; column < cells.Count; column++)
        {
            page.Append($"<{tag}{(table.NumberColumns.Contains(column) ? " class=\"n\"" : "")}>{Text(cells[column])}</{tag}>");
        }

        page.Append("</tr>\n");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}

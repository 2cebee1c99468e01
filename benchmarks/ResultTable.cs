using System.IO;

namespace MixPrec.Benchmarks;

/// <summary>
/// A table of measurements: Markdown to read, and the same cells as CSV, which is committed below benchmarks/results and which tables of
/// the documentation are held to.
/// </summary>
/// <param name="columns">Headings with their units; the first column names things, the others are numbers.</param>
internal sealed class ResultTable(params string[] columns)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) =>
        _rows.Add(cells.Length == columns.Length ? cells
        : throw new ArgumentException($"{cells.Length} cells for {columns.Length} columns"));

    public void WriteMarkdown(TextWriter output)
    {
        output.WriteLine(Line(columns));
        output.WriteLine($"|---|{string.Concat(columns.Skip(1).Select(_ => "---:|"))}");
        foreach (string[] row in _rows)
        {
            output.WriteLine(Line(row));
        }
    }

    /// <summary>No cell holds a comma or a quote.</summary>
    public void WriteCsv(string path) =>
        File.WriteAllText(path, string.Concat(_rows.Prepend(columns).Select(row => string.Join(',', row) + "\n")));

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";
}

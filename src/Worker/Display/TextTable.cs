using System.Text;

namespace MixPrec.Worker.Display;

/// <summary>Rows of text in columns as wide as their widest cell.</summary>
internal sealed class TextTable(params IReadOnlyList<string> headings)
{
    private const string Gap = "  ";
    private const int NarrowestColumn = 8;
    private readonly List<IReadOnlyList<string>> rows = [];

    /// <summary>Columns that are aligned to the right, by index.</summary>
    public IReadOnlyCollection<int> Numbers { get; init; } = [];

    /// <summary>Columns of the terminal; when the table is wider its first column, which names things, is cut. Null for any width.</summary>
    public int? Width { get; init; }

    /// <param name="cells">As many as there are headings.</param>
    public void Add(params IReadOnlyList<string> cells) => rows.Add(cells);

    public override string ToString()
    {
        int[] widths = [.. headings.Select((heading, column) => rows.Select(row => row[column].Length).Append(heading.Length).Max())];
        int excess = widths.Sum() + (Gap.Length * (widths.Length - 1)) - (Width ?? int.MaxValue);
        widths[0] = excess > 0 ? Math.Min(widths[0], Math.Max(NarrowestColumn, widths[0] - excess)) : widths[0];
        var text = new StringBuilder();
        foreach (var row in rows.Prepend(headings))
        {
            text.Append(string.Join(Gap, row.Select((cell, column) => Numbers.Contains(column) ? cell.PadLeft(widths[column]) : Cut(cell, widths[column]).PadRight(widths[column]))).TrimEnd()).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The beginning and the end of a name tell layers apart; the middle goes.</summary>
    private static string Cut(string cell, int width) =>
        cell.Length <= width ? cell : $"{cell[..((width - 1) / 2)]}…{cell[^(width - 1 - ((width - 1) / 2))..]}";
}

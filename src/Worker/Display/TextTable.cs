using System.Text;

namespace MixPrec.Worker.Display;

/// <summary>Rows of text in columns as wide as their widest cell.</summary>
internal sealed class TextTable(params IReadOnlyList<string> headings)
{
    private const string Gap = "  ";
    private readonly List<IReadOnlyList<string>> rows = [];

    /// <summary>Columns that are aligned to the right, by index.</summary>
    public IReadOnlyCollection<int> Numbers { get; init; } = [];

    /// <param name="cells">As many as there are headings.</param>
    public void Add(params IReadOnlyList<string> cells) => rows.Add(cells);

    public override string ToString()
    {
        int[] widths = [.. headings.Select((heading, column) => rows.Select(row => row[column].Length).Append(heading.Length).Max())];
        var text = new StringBuilder();
        foreach (var row in rows.Prepend(headings))
        {
            text.Append(string.Join(Gap, row.Select((cell, column) => Numbers.Contains(column) ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]))).TrimEnd()).Append('\n');
        }

        return text.ToString();
    }
}

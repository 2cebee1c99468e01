using System.Text;
using MixPrec.Worker.CommandLine;
using Spectre.Console;

namespace MixPrec.Worker.Display;

/// <summary>
/// Rows of text in columns: with rules and within the width of a terminal, or plain, as wide as the widest cells, for programs that read
/// it.
/// </summary>
internal sealed class TextTable(params IReadOnlyList<string> headings)
{
    private const string Gap = "  ";
    private readonly List<IReadOnlyList<string>> rows = [];

    /// <summary>Columns that are aligned to the right, by index.</summary>
    public IReadOnlyCollection<int> Numbers { get; init; } = [];

    /// <param name="cells">As many as there are headings.</param>
    public void Add(params IReadOnlyList<string> cells) => rows.Add(cells);

    /// <summary>For where <paramref name="output"/> prints results.</summary>
    public string For(CommandOutput output) => output.Terminal is { } terminal ? Ruled(terminal) : ToString();

    /// <summary>Plain.</summary>
    public override string ToString()
    {
        int[] widths = [.. headings.Select((heading, column) => rows.Select(row => row[column].Length).Append(heading.Length).Max())];
        var text = new StringBuilder();
        foreach (var row in rows.Prepend(headings))
        {
            var cells = row.Select((cell, column) =>
                Numbers.Contains(column) ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]));
            text.Append(string.Join(Gap, cells).TrimEnd()).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Cells are text, never markup: names come from models.</summary>
    private string Ruled(IAnsiConsole terminal)
    {
        var table = new Table { Border = TableBorder.Simple };
        for (int column = 0; column < headings.Count; column++)
        {
            bool isNumber = Numbers.Contains(column);
            var heading = new Text(headings[column], new Style(decoration: Decoration.Bold));
            table.AddColumn(new TableColumn(heading) { Alignment = isNumber ? Justify.Right : Justify.Left, NoWrap = isNumber });
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => new Text(cell)));
        }

        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(text),
            Ansi = terminal.Profile.Capabilities.Ansi ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
        });
        console.Profile.Width = terminal.Profile.Width;
        console.Profile.Capabilities.Unicode = terminal.Profile.Capabilities.Unicode;
        console.Write(table);
        return text.ToString();
    }
}

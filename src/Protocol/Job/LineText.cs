using System.Text;

namespace MixPrec.Jobs;

/// <summary>Any text as a field of a line: a backslash, tabs and the ends of lines in it are escaped.</summary>
internal static class LineText
{
    public static string Escape(string text) =>
        text.Replace("\\", "\\\\").Replace("\t", "\\t").Replace("\n", "\\n").Replace("\r", "\\r");

    public static string Unescape(string field)
    {
        var text = new StringBuilder(field.Length);
        for (var i = 0; i < field.Length; i++)
        {
            var escaped = field[i] == '\\' && i + 1 < field.Length;
            text.Append(!escaped ? field[i] : field[++i] switch { 't' => '\t', 'n' => '\n', 'r' => '\r', var c => c });
        }

        return text.ToString();
    }
}

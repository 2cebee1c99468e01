using System.Text;

namespace MixPrec.Emit;

/// <summary>Collects lines of C#, indented by the braces that are open. Line ends are <c>\n</c> on every system.</summary>
internal sealed class CodeWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;

    /// <param name="text">A line, or several.</param>
    public void Line(string text = "")
    {
        foreach (string line in text.Split('\n'))
        {
            if (line.Length > 0)
            {
                _text.Append(' ', _depth * 4).Append(line);
            }

            _text.Append('\n');
        }
    }

    /// <summary>Writes <paramref name="header"/> and opens a brace below it.</summary>
    public void Open(string header)
    {
        Line(header);
        Line("{");
        _depth++;
    }

    public void Close(string end = "")
    {
        _depth--;
        Line("}" + end);
    }

    /// <summary>A member whose body is one expression.</summary>
    public void Member(string header, string expression)
    {
        Line(header + " =>");
        _depth++;
        Line(expression + ";");
        _depth--;
    }

    public override string ToString() => _text.ToString();
}

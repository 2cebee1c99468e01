using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace MixPrec.Plan;

/// <summary>
/// Reads JSON into <c>Dictionary&lt;string, object?&gt;</c>, <c>List&lt;object?&gt;</c>, string, double, bool and null. A reader of our
/// own, because a generator with dependencies fights with the versions its host has loaded.
/// </summary>
internal sealed class Json
{
    private const int MaximumDepth = 64;
    private readonly string _text;
    private int _position;
    private int _depth;

    private Json(string text) => _text = text;

    /// <exception cref="FormatException">The text is no JSON document; the message names line and column.</exception>
    public static object? Parse(string text)
    {
        var json = new Json(text);
        object? value = json.Value();
        json.Space();
        return json._position == text.Length ? value : throw json.Error("end of text");
    }

    /// <summary>A JSON string literal.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (char c in text)
        {
            _ = c switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                < ' ' or > '~' => quoted.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }

    private object? Value()
    {
        if (++_depth > MaximumDepth)
        {
            throw Error("less nesting");
        }

        Space();
        object? value = Peek() switch
        {
            '{' => Object(),
            '[' => Array(),
            '"' => String(),
            't' => Word("true", true),
            'f' => Word("false", false),
            'n' => Word("null", null),
            _ => Number(),
        };
        _depth--;
        return value;
    }

    private Dictionary<string, object?> Object()
    {
        var members = new Dictionary<string, object?>(StringComparer.Ordinal);
        Items('{', '}', () =>
        {
            string name = Peek() == '"' ? String() : throw Error("a member name");
            Space();
            Expect(':');
            members[name] = Value();
        });
        return members;
    }

    private List<object?> Array()
    {
        var items = new List<object?>();
        Items('[', ']', () => items.Add(Value()));
        return items;
    }

    private void Items(char open, char close, Action item)
    {
        Expect(open);
        Space();
        if (Peek() == close)
        {
            _position++;
            return;
        }

        while (true)
        {
            Space();
            item();
            Space();
            if (Peek() != ',')
            {
                Expect(close);
                return;
            }

            _position++;
        }
    }

    private string String()
    {
        var text = new StringBuilder();
        for (_position++; Peek() != '"'; _position++)
        {
            char c = Peek();
            if (c < ' ')
            {
                throw Error("the end of the string");
            }

            text.Append(c == '\\' ? Escape() : c);
        }

        _position++;
        return text.ToString();
    }

    private char Escape()
    {
        _position++;
        switch (Peek())
        {
            case 'n': return '\n';
            case 't': return '\t';
            case 'r': return '\r';
            case 'b': return '\b';
            case 'f': return '\f';
            case '"' or '\\' or '/': return Peek();
            case 'u' when _position + 4 < _text.Length
                && ushort.TryParse(_text.Substring(_position + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                    out ushort code):
                _position += 4;
                return (char)code;
            default: throw Error("an escape sequence");
        }
    }

    private object? Word(string word, object? value)
    {
        if (string.CompareOrdinal(_text, _position, word, 0, word.Length) != 0)
        {
            throw Error("a value");
        }

        _position += word.Length;
        return value;
    }

    private object Number()
    {
        int start = _position;
        while (Peek() is (>= '0' and <= '9') or '-' or '+' or '.' or 'e' or 'E')
        {
            _position++;
        }

        string digits = _text.Substring(start, _position - start);
        return double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : throw Error("a value");
    }

    private void Space()
    {
        while (Peek() is ' ' or '\n' or '\r' or '\t')
        {
            _position++;
        }
    }

    private char Peek() => _position < _text.Length ? _text[_position] : '\0';

    private void Expect(char c)
    {
        if (Peek() != c)
        {
            throw Error($"'{c}'");
        }

        _position++;
    }

    private FormatException Error(string expected)
    {
        string before = _text.Substring(0, Math.Min(_position, _text.Length));
        int line = before.Split('\n').Length, column = before.Length - before.LastIndexOf('\n');
        return new FormatException(string.Format(CultureInfo.InvariantCulture, "line {0}, column {1}: {2} expected", line, column,
            expected));
    }
}

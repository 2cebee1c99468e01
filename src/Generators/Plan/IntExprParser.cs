using System;
using System.Globalization;

namespace MixPrec.Plan;

/// <summary>
/// Reads the text that <see cref="IntExpr.ToString"/> prints:
/// <c>sum := ['-'] product (('+'|'-') product)*</c>, <c>product := atom ('*' atom)*</c>,
/// <c>atom := integer | identifier | 'count' '(' identifier ')' | (floordiv|max|min) '(' sum ',' sum ')' | '(' sum ')'</c>.
/// </summary>
internal sealed class IntExprParser
{
    /// <summary>Deeper nesting than any model needs is refused before it exhausts the stack.</summary>
    private const int MaximumDepth = 64;

    private readonly string _text;
    private int _position;
    private int _depth;

    private IntExprParser(string text) => _text = text;

    /// <exception cref="FormatException">The text is no expression.</exception>
    public static IntExpr Parse(string text)
    {
        var parser = new IntExprParser(text);
        var expression = parser.Sum();
        return parser.Peek() == '\0' ? expression : throw parser.Error();
    }

    /// <summary>True for <c>[A-Za-z_][A-Za-z0-9_]*</c>.</summary>
    public static bool IsIdentifier(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!IsLetter(text[i]) && (i == 0 || text[i] is < '0' or > '9'))
            {
                return false;
            }
        }

        return text.Length > 0;
    }

    private static bool IsLetter(char c) => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or '_';

    private IntExpr Sum()
    {
        if (++_depth > MaximumDepth)
        {
            throw Error();
        }

        var sum = Take('-') ? Product() * -1 : Product();
        while (true)
        {
            if (Take('+'))
            {
                sum += Product();
            }
            else if (Take('-'))
            {
                sum -= Product();
            }
            else
            {
                _depth--;
                return sum;
            }
        }
    }

    private IntExpr Product()
    {
        var product = Atom();
        while (Take('*'))
        {
            product *= Atom();
        }

        return product;
    }

    private IntExpr Atom()
    {
        if (Take('('))
        {
            var inner = Sum();
            Expect(')');
            return inner;
        }

        char first = Peek();
        string word = Word();
        if (first is >= '0' and <= '9')
        {
            return long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : throw Error();
        }

        if (!IsIdentifier(word))
        {
            throw Error();
        }

        if (word is not ("count" or "floordiv" or "max" or "min") || !Take('('))
        {
            return IntExpr.Symbol(word);
        }

        if (word == "count")
        {
            string name = Word();
            Expect(')');
            return IsIdentifier(name) ? IntExpr.Count(name) : throw Error();
        }

        var left = Sum();
        Expect(',');
        var right = Sum();
        Expect(')');
        return word switch { "floordiv" => IntExpr.FloorDiv(left, right), "max" => IntExpr.Max(left, right), _ => IntExpr.Min(left, right) };
    }

    private string Word()
    {
        Peek();
        int start = _position;
        while (_position < _text.Length && (IsLetter(_text[_position]) || _text[_position] is >= '0' and <= '9'))
        {
            _position++;
        }

        return _text.Substring(start, _position - start);
    }

    private char Peek()
    {
        while (_position < _text.Length && _text[_position] == ' ')
        {
            _position++;
        }

        return _position < _text.Length ? _text[_position] : '\0';
    }

    private bool Take(char c)
    {
        bool found = Peek() == c;
        _position += found ? 1 : 0;
        return found;
    }

    private void Expect(char c)
    {
        if (!Take(c))
        {
            throw Error();
        }
    }

    private FormatException Error() => new($"'{_text}' is no integer expression (at character {_position + 1})");
}

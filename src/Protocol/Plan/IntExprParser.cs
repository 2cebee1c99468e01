using System;
using System.Collections.Generic;
using System.Globalization;

namespace MixPrec.Plan;

/// <summary>
/// Reads the text that <see cref="IntExpr.ToText"/> writes: <c>sum := ['-'] product (('+'|'-') product)*</c>, <c>product := atom ('*'
/// atom)*</c>, <c>atom := integer | identifier | '$' integer | 'count' '(' identifier ')' | 'within' '(' identifier ',' integer ',' integer
/// ')' | (floordiv|max|min) '(' sum ',' sum ')' | '(' sum ')'</c>.
/// </summary>
internal sealed class IntExprParser
{
    /// <summary>Deeper nesting than any model needs is refused before it exhausts the stack.</summary>
    private const int MaximumDepth = 64;

    /// <summary>Longer text than any plan has is refused before it takes time.</summary>
    private const int MaximumLength = 1 << 16;

    private const int Shown = 200;

    private readonly string _text;
    private readonly IReadOnlyList<IntExpr> _parts;
    private int _position;
    private int _depth;

    private IntExprParser(string text, IReadOnlyList<IntExpr> parts) => (_text, _parts) = (text, parts);

    /// <inheritdoc cref="Parse(string, IReadOnlyList{IntExpr})"/>
    public static IntExpr Parse(string text) => Parse(text, []);

    /// <param name="parts">What the numbers behind <c>$</c> stand for.</param>
    /// <exception cref="FormatException">The text is no expression, or one that is too large.</exception>
    public static IntExpr Parse(string text, IReadOnlyList<IntExpr> parts)
    {
        if (text.Length > MaximumLength)
        {
            throw new FormatException($"an integer expression has {text.Length} characters, more than {MaximumLength}");
        }

        var parser = new IntExprParser(text, parts);
        try
        {
            var expression = parser.Sum();
            return parser.Peek() == '\0' ? expression : throw parser.Error();
        }
        catch (Exception e) when (e is OverflowException or DivideByZeroException or IntExprSizeException)
        {
            throw new FormatException($"an integer expression cannot be computed: {e.Message.TrimEnd('.')}");
        }
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

        var terms = new List<IntExpr> { Take('-') ? Product() * -1 : Product() };
        while (true)
        {
            if (Take('+'))
            {
                terms.Add(Product());
            }
            else if (Take('-'))
            {
                terms.Add(Product() * -1);
            }
            else
            {
                _depth--;
                return IntExpr.Sum(terms);
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

        if (Take('$'))
        {
            return Integer() is var number && number < _parts.Count ? _parts[(int)number] : throw Error();
        }

        if (Peek() is >= '0' and <= '9')
        {
            return Integer();
        }

        string word = Word();
        if (!IsIdentifier(word))
        {
            throw Error();
        }

        return word is "count" or "within" or "floordiv" or "max" or "min" && Take('(') ? Operation(word) : IntExpr.Symbol(word);
    }

    private IntExpr Operation(string word)
    {
        if (word is "count" or "within")
        {
            string name = Word();
            var symbol = !IsIdentifier(name) ? throw Error() : word == "count" ? IntExpr.Count(name) : Within(name);
            Expect(')');
            return symbol;
        }

        var left = Sum();
        Expect(',');
        var right = Sum();
        Expect(')');
        return word switch { "floordiv" => IntExpr.FloorDiv(left, right), "max" => IntExpr.Max(left, right), _ =>
            IntExpr.Min(left, right) };
    }

    private IntExpr Within(string name)
    {
        Expect(',');
        long low = Take('-') ? -Integer() : Integer();
        Expect(',');
        long high = Take('-') ? -Integer() : Integer();
        return low < high ? IntExpr.Within(name, low, high) : throw Error();
    }

    private long Integer() =>
        long.TryParse(Word(), NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : throw Error();

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

    private FormatException Error() => new(
        $"'{(_text.Length > Shown ? _text.Substring(0, Shown) + "…" : _text)}' is no integer expression (at character {_position + 1})");
}

using System;
using System.Globalization;
using System.Text;

namespace MixPrec.Diagnostics;

/// <summary>
/// Text that stands in a log as one line of bounded length and as nothing but text. Build servers take lines of a log for commands:
/// <c>##vso[…]</c>, <c>##[…]</c> and <c>##teamcity[…]</c> anywhere in a line, <c>::name::</c> at its beginning. Names in a model, paths and
/// words of libraries are anybody's; a space keeps them from being commands.
/// </summary>
internal static class LogText
{
    /// <summary>Characters of the longest line; of a longer one the beginning and the end are kept, where it says what to do.</summary>
    public const int Longest = 4000;

    private const int KeptAtTheEnd = 1000;

    public static string Line(string text)
    {
        if (IsPlain(text))
        {
            return text;
        }

        var line = new StringBuilder(Math.Min(text.Length, Longest) + 64);
        foreach (var c in Shortened(text))
        {
            var isCommand = (c == '#' && EndsWith(line, '#')) || (c == ':' && EndsWith(line, ':') && IsBlankBefore(line, line.Length - 1));
            if (isCommand)
            {
                line.Append(' ');
            }

            line.Append(IsLineEnd(c) ? ' ' : c);
        }

        return line.ToString();
    }

    /// <summary>Nothing in it is to be changed, as in nearly every text.</summary>
    private static bool IsPlain(string text)
    {
        if (text.Length > Longest || text.IndexOf("##", StringComparison.Ordinal) >= 0
            || text.TrimStart().StartsWith("::", StringComparison.Ordinal))
        {
            return false;
        }

        foreach (var c in text)
        {
            if (IsLineEnd(c))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsLineEnd(char c) => c is '\r' or '\n' or '\f' or '\v' or '\u0085' or '\u2028' or '\u2029';

    private static bool EndsWith(StringBuilder line, char c) => line.Length > 0 && line[line.Length - 1] == c;

    private static bool IsBlankBefore(StringBuilder line, int end)
    {
        for (var i = 0; i < end; i++)
        {
            if (!char.IsWhiteSpace(line[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static string Shortened(string text)
    {
        if (text.Length <= Longest)
        {
            return text;
        }

        // A pair of surrogates is one character.
        var end = text.Length - KeptAtTheEnd;
        end += char.IsLowSurrogate(text[end]) ? 1 : 0;
        var beginning = Longest - KeptAtTheEnd - 64;
        beginning -= char.IsHighSurrogate(text[beginning - 1]) ? 1 : 0;
        var left = (end - beginning).ToString("N0", CultureInfo.InvariantCulture);
        return text.Substring(0, beginning) + "… (" + left + " characters left out) …" + text.Substring(end);
    }
}

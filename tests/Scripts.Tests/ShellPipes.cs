using System.Text.RegularExpressions;

namespace MixPrec.Scripts.Tests;

/// <summary>
/// The readers of pipes in a shell script, as text. Knows comments, quotes that end in their line, <c>$(…)</c>, also
/// inside double quotes, and documents with a quoted end, which are text of another kind.
/// </summary>
internal static partial class ShellPipes
{
    /// <summary>Programs that read their input to its end, with the arguments that make them stop before it.</summary>
    private static readonly Dictionary<string, Func<string, bool>> ReadsToTheEnd = new(StringComparer.Ordinal)
    {
        ["awk"] = arguments => !arguments.Contains("exit", StringComparison.Ordinal),
        ["cat"] = _ => true,
        ["cut"] = _ => true,
        ["grep"] = arguments => !arguments.Split(' ').Any(IsEarlyMatch),
        ["sed"] = arguments => !arguments.Contains('q', StringComparison.OrdinalIgnoreCase),
        ["sort"] = _ => true,
        ["tail"] = _ => true,
        ["tee"] = _ => true,
        ["tr"] = _ => true,
        ["uniq"] = _ => true,
        ["wc"] = _ => true,
    };

    /// <summary>Every command that reads a pipe and is not known to read it to the end: its writer may die of SIGPIPE.</summary>
    public static IReadOnlyList<string> EarlyReaders(string script) =>
    [
        .. Readers(script).Where(reader =>
        {
            var words = reader.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return words.Length == 0 || !ReadsToTheEnd.TryGetValue(words[0], out var reads) || !reads(words.Length > 1 ? words[1] : "");
        }),
    ];

    private static bool IsEarlyMatch(string argument) =>
        argument.StartsWith("--quiet", StringComparison.Ordinal) || argument.StartsWith("--max-count", StringComparison.Ordinal)
            || argument.StartsWith("--silent", StringComparison.Ordinal)
        || (argument.StartsWith('-') && !argument.StartsWith("--", StringComparison.Ordinal)
            && argument.IndexOfAny(['q', 'm', 'l', 'L']) > 0);

    private static IEnumerable<string> Readers(string script)
    {
        script = Document().Replace(script, "").Replace("\\\n", " ", StringComparison.Ordinal);
        for (int i = 0; i < script.Length; i++)
        {
            i = SkipOpaque(script, i);
            // Two bars are an "or", and so is one between the patterns of a case, which stand before a closing parenthesis without an
            // opening one.
            if (At(script, i) == '|' && At(script, i + 1) != '|' && At(script, i - 1) != '|' && !IsCasePattern(script, i)
                && !InDoubleQuotes(script, i))
            {
                yield return Command(script, At(script, i + 1) == '&' ? i + 2 : i + 1);
            }
        }
    }

    /// <summary>From a comment, a single-quoted text or an escaped character to what follows it.</summary>
    private static int SkipOpaque(string script, int i)
    {
        bool moved = true;
        while (moved && i < script.Length)
        {
            int next = script[i] switch
            {
                '\\' => i + 2,
                '#' when i == 0 || char.IsWhiteSpace(script[i - 1]) => End(script, '\n', i),
                '\'' when !InDoubleQuotes(script, i) => End(script, '\'', i + 1) + 1,
                _ => i,
            };
            moved = next != i;
            i = next;
        }

        return i;
    }

    /// <summary>
    /// Whether an odd number of double quotes stands before a position in its line, outside <c>$(…)</c> that is still open.
    /// </summary>
    private static bool InDoubleQuotes(string script, int position)
    {
        bool quoted = false;
        var outer = new Stack<bool>();
        for (int i = script.LastIndexOf('\n', Math.Max(0, position - 1)) + 1; i < position; i++)
        {
            switch (script[i])
            {
                case '\\':
                    i++;
                    break;
                case '"':
                    quoted = !quoted;
                    break;
                case '\'' when !quoted:
                    i = End(script, '\'', i + 1);
                    break;
                case '(' when At(script, i - 1) == '$':
                    outer.Push(quoted);
                    quoted = false;
                    break;
                case ')' when outer.Count > 0:
                    quoted = outer.Pop();
                    break;
            }
        }

        return quoted;
    }

    /// <summary>The words of the command that begins at a position, quoted text included, up to what ends it.</summary>
    private static string Command(string script, int start)
    {
        while (char.IsWhiteSpace(At(script, start)))
        {
            start++;
        }

        int end = start;
        while (end < script.Length && script[end] is not '\n' and not ';' and not ')' and not '|' and not '&')
        {
            end = script[end] == '\'' ? End(script, '\'', end + 1) + 1 : end + 1;
        }

        return script[start..Math.Min(end, script.Length)];
    }

    private static bool IsCasePattern(string script, int bar)
    {
        string before = script[(script.LastIndexOf('\n', bar) + 1)..bar], after = script[bar..End(script, '\n', bar)];
        return !before.Contains('(', StringComparison.Ordinal) && after.IndexOf(')', StringComparison.Ordinal) is >= 0 and var close
            && !after[..close].Contains('(', StringComparison.Ordinal);
    }

    private static char At(string script, int i) => i >= 0 && i < script.Length ? script[i] : '\0';

    private static int End(string script, char mark, int start) =>
        script.IndexOf(mark, Math.Min(start, script.Length)) is >= 0 and var found ? found : script.Length;

    [GeneratedRegex(@"(?<=<<'(?<end>\w+)'[^\n]*\n).*?^\k<end>$",
        RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Document();
}

using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MixPrec.Fuzz.Mutation;

/// <summary>Changes of text in the units that its readers see: words, numbers, quoted text and punctuation.</summary>
internal static partial class TextMutator
{
    public static string Mutate(Random random, string text, int changes)
    {
        var tokens = Token().Matches(text).Select(m => m.Value).ToList();
        for (int i = 0; i < changes; i++)
        {
            Draw.At(random, tokens, at => Change(random, tokens, at));
        }

        return string.Concat(tokens);
    }

    /// <summary>A text file of a few changed tokens, sometimes with changed bytes as well.</summary>
    public static byte[] MutateFile(Random random, string text)
    {
        byte[] file = Encoding.UTF8.GetBytes(Mutate(random, text, random.Next(1, 5)));
        return random.Next(5) == 0 ? BytesMutator.Mutate(random, file, 2) : file;
    }

    private static void Change(Random random, List<string> tokens, int at)
    {
        switch (random.Next(7))
        {
            case 0:
                tokens.RemoveAt(at);
                break;
            case 1:
                tokens.Insert(at, tokens[random.Next(tokens.Count)]);
                break;
            case 2:
                tokens[at] = tokens[random.Next(tokens.Count)];
                break;
            case 3:
                int first = random.Next(tokens.Count), length = Math.Min(random.Next(1, 12), tokens.Count - first);
                tokens.InsertRange(at, tokens.GetRange(first, length));
                break;
            case 4:
                string open = random.Next(2) == 0 ? "[" : "(";
                tokens.Insert(at, string.Concat(Enumerable.Repeat(open, random.Next(1, 200))));
                break;
            default:
                // What stands there keeps its kind, so that the change is seen far inside the reader.
                tokens[at] = tokens[at].Length == 0 ? Interesting.Text(random)
                    : tokens[at] is ['"', ..] ? random.Next(3) == 0 ? $"\"{Interesting.Text(random)}\""
                        : $"\"{Mutate(random, tokens[at].Trim('"'), 1)}\""
                    : char.IsAsciiDigit(tokens[at][0]) ? Interesting.Integer(random).ToString(CultureInfo.InvariantCulture)
                    : char.IsAsciiLetter(tokens[at][0]) ? random.Next(2) == 0 ? Interesting.Text(random) : tokens[random.Next(tokens.Count)]
                    : tokens[random.Next(tokens.Count)];
                break;
        }
    }

    [GeneratedRegex("""\"(?:\\.|[^\"\\])*\"|[A-Za-z_][A-Za-z0-9_]*|[0-9][0-9.eE+-]*|\s+|.""", RegexOptions.Singleline)]
    private static partial Regex Token();
}

using System.Globalization;
using System.Text;

namespace MixPrec.Compiler.Onnx;

/// <summary>Names from model files, which are untrusted text of any length, as one short line for messages.</summary>
internal static class PrintableName
{
    private const int LongestName = 100;

    /// <summary>Control and format characters become <c>\uXXXX</c>; what exceeds 100 characters is cut; neither <c>##</c> nor
    /// <c>::</c> at the beginning is left, which a build server could take for a command.</summary>
    public static string Format(string name)
    {
        var text = new StringBuilder();
        foreach (char c in name.Length > LongestName ? name[..LongestName] : name)
        {
            if ((c == '#' && EndsWith(text, c)) || (c == ':' && EndsWith(text, c) && text.ToString().TrimStart().Length == 1))
            {
                // Two of them begin a command of a build server: see LogText, which cannot know where a name begins.
                text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
                continue;
            }

            bool plain = char.GetUnicodeCategory(c)
                is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
                    or UnicodeCategory.OtherNotAssigned);
            _ = plain ? text.Append(c) : text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
        }

        return name.Length > LongestName ? text.Append('…').ToString() : text.ToString();
    }

    private static bool EndsWith(StringBuilder text, char c) => text.Length > 0 && text[^1] == c;
}

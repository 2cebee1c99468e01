using System.Globalization;
using System.Linq;
using System.Text;

namespace MixPrec.Emit;

/// <summary>C# text of values. Whatever a model file called something comes out as a literal or a comment that cannot end early.</summary>
internal static class Literals
{
    private const int LongestComment = 300;

    public static string Int(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The shortest digits that read back as the same number.</summary>
    public static string Single(float value)
    {
        if (float.IsNaN(value) || float.IsInfinity(value))
        {
            return "global::System.Single." + (float.IsNaN(value) ? "NaN" : value > 0 ? "PositiveInfinity" : "NegativeInfinity");
        }

        // Some frameworks drop the sign of zero. Nine digits always suffice.
        return value == 0 ? (1 / value < 0 ? "-0f" : "0f")
            : (new[] { "G6", "G7", "G8" }.Select(format => value.ToString(format, CultureInfo.InvariantCulture))
                .FirstOrDefault(text => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float parsed)
                    && parsed == value)
                ?? value.ToString("G9", CultureInfo.InvariantCulture)) + "f";
    }

    /// <summary>As <see cref="Single"/>, but what is not finite is null: JSON has no other word for it.</summary>
    public static string Measured(double? measured)
    {
        if (measured is not { } value || double.IsNaN(value) || double.IsInfinity(value))
        {
            return "null";
        }

        return value == 0 ? "0d"
            : (new[] { "G15", "G16" }.Select(format => value.ToString(format, CultureInfo.InvariantCulture))
                .FirstOrDefault(text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double parsed)
                    && parsed == value)
                ?? value.ToString("G17", CultureInfo.InvariantCulture)) + "d";
    }

    public static string Flag(bool value) => value ? "true" : "false";

    /// <summary>A quoted string of ASCII characters only.</summary>
    public static string Text(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (char c in text)
        {
            if (c is '"' or '\\')
            {
                quoted.Append('\\').Append(c);
            }
            else if (c is >= ' ' and <= '~')
            {
                quoted.Append(c);
            }
            else
            {
                quoted.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            }
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>
    /// One line of words: no line ends, no control, format or unpaired characters (so no reversed text either), at most 300 characters.
    /// </summary>
    public static string Comment(string text)
    {
        var words = new StringBuilder();
        foreach (char c in text)
        {
            if (words.Length == LongestComment)
            {
                words.Append(" …");
                break;
            }

            words.Append(char.GetUnicodeCategory(c) switch
            {
                UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                    or UnicodeCategory.SpaceSeparator => ' ',
                UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
                    or UnicodeCategory.OtherNotAssigned => '?',
                _ => c,
            });
        }

        return words.ToString().Trim();
    }

    /// <summary>A comment inside a documentation comment.</summary>
    public static string Documentation(string text) => Comment(text).Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
}

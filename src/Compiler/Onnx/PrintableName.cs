using System.Globalization;
using System.Text;

namespace MixPrec.Compiler.Onnx;

/// <summary>Names from model files, which are untrusted text of any length, as one short line for messages.</summary>
internal static class PrintableName
{
    private const int LongestName = 100;

    /// <summary>Control and format characters become <c>\uXXXX</c>; what exceeds 100 characters is cut.</summary>
    public static string Of(string name)
    {
        var text = new StringBuilder();
        foreach (char c in name.Length > LongestName ? name[..LongestName] : name)
        {
            bool plain = char.GetUnicodeCategory(c)
                is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
                    or UnicodeCategory.OtherNotAssigned);
            _ = plain ? text.Append(c) : text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
        }

        return name.Length > LongestName ? text.Append('…').ToString() : text.ToString();
    }
}

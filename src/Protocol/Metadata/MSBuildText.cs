using System.Globalization;
using System.Text;

namespace MixPrec.Metadata;

/// <summary>
/// MSBuild's own escaping: a path with <c>;</c> or <c>%</c> in it survives a list separated by semicolons, and one with <c>$(</c> is not
/// evaluated. Characters that no XML has, an item's include among it, are escaped too.
/// </summary>
internal static class MSBuildText
{
    public static string Escape(string text)
    {
        var escaped = new StringBuilder();
        foreach (var c in text)
        {
            _ = c >= ' ' && "%*?@$();'".IndexOf(c) < 0 ? escaped.Append(c) : escaped.Append('%')
                .Append(((int)c).ToString("x2", CultureInfo.InvariantCulture));
        }

        return escaped.ToString();
    }
}

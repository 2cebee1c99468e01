using System.Globalization;
using System.Text;

namespace MixPrec.Tasks.Models;

/// <summary>MSBuild's own escaping: a path with <c>;</c> or <c>%</c> in it must survive a list separated by semicolons.</summary>
internal static class MSBuildText
{
    public static string Escape(string text)
    {
        var escaped = new StringBuilder();
        foreach (var c in text)
        {
            _ = "%*?@$();'".IndexOf(c) < 0 ? escaped.Append(c) : escaped.Append('%')
                .Append(((int)c).ToString("x2", CultureInfo.InvariantCulture));
        }

        return escaped.ToString();
    }
}

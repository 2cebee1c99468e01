using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MixPrec.Plan;

namespace MixPrec.Compiler.Locking;

/// <summary>
/// SHA-256 over everything that a plan of a lock file says, as 64 lower-case hexadecimal digits. Of the values and not of their text: a formatter, line ends and the order of members
/// change nothing. Of all members there are and not of those that this version knows: a file of another version has the digest that it was written with.
/// </summary>
internal static class PlanDigest
{
    public const string Member = "digest";

    /// <param name="plan">The members of a plan, with or without the digest itself.</param>
    public static string Of(IReadOnlyDictionary<string, object?> plan)
    {
        var text = new StringBuilder();
        Append(text, plan.Where(m => m.Key != Member).ToDictionary());
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static void Append(StringBuilder text, object? value)
    {
        switch (value)
        {
            case IReadOnlyDictionary<string, object?> members:
                foreach (var (name, member) in members.OrderBy(m => m.Key, StringComparer.Ordinal))
                {
                    Append(text.Append('{').Append(Json.Quote(name)).Append(':'), member);
                }

                text.Append('}');
                break;
            case IReadOnlyList<object?> items:
                foreach (object? item in items)
                {
                    Append(text.Append('['), item);
                }

                text.Append(']');
                break;
            case string words:
                text.Append(Json.Quote(words));
                break;
            case double number:
                text.Append(number.ToString("R", CultureInfo.InvariantCulture));
                break;
            default:
                text.Append(value is bool flag ? (flag ? "true" : "false") : "null");
                break;
        }
    }
}

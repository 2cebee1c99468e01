using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

namespace MixPrec.Plan;

/// <summary>
/// SHA-256 over everything that a plan of a lock file says, as 64 lower-case hexadecimal digits. Of the values and not of their text: a
/// formatter, line ends and the order of members change nothing. Of all members there are and not of those that this version knows: a file
/// of another version has the digest that it was written with.
/// </summary>
internal static class PlanDigest
{
    public const string Member = "digest";

    /// <summary>First version of lock files whose plans state their digests.</summary>
    public const int FirstFileVersion = 3;

    /// <summary>Version of the lock files that are written.</summary>
    public const int FileVersion = 5;

    /// <summary>Bytes of the largest lock file that is read.</summary>
    public const long LargestFile = 16 << 20;

    /// <summary>What is remembered where there is no lock file.</summary>
    public static string EmptyFile { get; } = FormattableString.Invariant($"{{\"version\":{FileVersion},\"plans\":{{}}}}");

    /// <param name="plan">The members of a plan, with or without the digest itself.</param>
    public static string Compute(IReadOnlyDictionary<string, object?> plan)
    {
        var text = new StringBuilder();
        Append(text, plan.Where(m => m.Key != Member).ToDictionary(m => m.Key, m => m.Value));
        return Hash(text);
    }

    /// <summary>
    /// Of what decides how a build takes one plan in the text of a lock file: the file's version, the plan with the digest that it states
    /// (of no plan where there is none of this key), and which other plans are not as a build has written them: one of those may make the
    /// whole file unreadable. Null for text that is no lock file with keys.
    /// </summary>
    public static string? In(string file, string key)
    {
        try
        {
            if (Json.Parse(file) is not IReadOnlyDictionary<string, object?> members || !members.TryGetValue("plans", out object? value)
                || value is not IReadOnlyDictionary<string, object?> plans)
            {
                return null;
            }

            var text = new StringBuilder();
            Append(text, members.TryGetValue("version", out object? version) ? version : null);
            Append(text, plans.TryGetValue(key, out object? plan) ? plan : null);
            foreach (var other in plans.Where(p => p.Key != key && !IsAsWritten(p.Value)).OrderBy(p => p.Key, StringComparer.Ordinal))
            {
                Append(text.Append(Json.Quote(other.Key)), other.Value);
            }

            return Hash(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static bool IsAsWritten(object? plan) => plan is IReadOnlyDictionary<string, object?> members
        && members.TryGetValue(Member, out object? stated) && stated is string digest && digest == Compute(members);

    private static string Hash(StringBuilder text)
    {
        using var sha = SHA256.Create();
        return string.Concat(sha.ComputeHash(Encoding.UTF8.GetBytes(text.ToString()))
            .Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
    }

    private static void Append(StringBuilder text, object? value)
    {
        switch (value)
        {
            case IReadOnlyDictionary<string, object?> members:
                text.Append('{');
                foreach (var member in members.OrderBy(m => m.Key, StringComparer.Ordinal))
                {
                    Append(text.Append(Json.Quote(member.Key)).Append(':'), member.Value);
                    text.Append(',');
                }

                text.Append('}');
                break;
            case IReadOnlyList<object?> items:
                text.Append('[');
                foreach (object? item in items)
                {
                    Append(text, item);
                    text.Append(',');
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

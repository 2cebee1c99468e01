using System.Globalization;
using System.Text;
using MixPrec.Metadata;
using MixPrec.Plan;

namespace MixPrec.Jobs;

/// <summary>
/// What a build asks of the worker, as text: one flat JSON object whose values are all strings, in a fixed order; an empty value is a
/// default.
/// </summary>
internal sealed class JobFile(IReadOnlyDictionary<string, string> values)
{
    /// <summary>Names that are neither metadata nor properties.</summary>
    public const string Model = "Model", OutputDirectory = "OutputDirectory";

    /// <summary>The value of a name, or null when it is absent or empty.</summary>
    public string? this[string name] => values.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <exception cref="FormatException">The text is no flat JSON object of strings; the message says where.</exception>
    public static JobFile Parse(string text)
    {
        var members = Json.Parse(text) as Dictionary<string, object?> ?? throw new FormatException("a JSON object expected");
        return new(members.ToDictionary(
            m => m.Key, m => m.Value as string ?? throw new FormatException($"text as '{m.Key}' expected"), StringComparer.Ordinal));
    }

    /// <summary>Characters that JSON allows stand for themselves, so that a path in a job can be read and copied.</summary>
    public static string Format(IEnumerable<(string Name, string Value)> values)
    {
        var json = new StringBuilder("{");
        var separator = "\n";
        foreach (var (name, value) in values)
        {
            json.Append(separator).Append("  ");
            AppendString(json, name);
            json.Append(": ");
            AppendString(json, value);
            separator = ",\n";
        }

        return json.Append("\n}\n").ToString();
    }

    /// <summary>
    /// A job with the modes in one that differ only in when they calibrate: with the same plan in the lock file, or where none is needed,
    /// all of them end alike.
    /// </summary>
    public static string InAnyMode(string job) =>
        new[] { "Locked", "Update" }.Aggregate(job, (text, mode) => text.Replace(Member(mode), Member("Auto")));

    private static string Member(string mode) => $"\"{BuildProperty.Mode.JobName}\": \"{mode}\"";

    private static void AppendString(StringBuilder json, string text)
    {
        json.Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' or '\\' => json.Append('\\').Append(c),
                < ' ' or '\u2028' or '\u2029' => json.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => json.Append(c),
            };
        }

        json.Append('"');
    }
}

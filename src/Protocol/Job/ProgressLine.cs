using System.Globalization;

namespace MixPrec.Jobs;

/// <summary>A line <c>progress PERCENT WORDS</c> of the worker's standard output. Every other line there is a log.</summary>
internal readonly record struct ProgressLine(int Percent, string Words)
{
    private const string Keyword = "progress";

    /// <summary>Null for a line of another form.</summary>
    public static ProgressLine? Parse(string line)
    {
        var parts = line.Split([' '], 3);
        return parts.Length == 3 && parts[0] == Keyword
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var percent) ? new(percent, parts[2]) : null;
    }

    public string Format() => FormattableString.Invariant($"{Keyword} {Percent} {Words}");
}

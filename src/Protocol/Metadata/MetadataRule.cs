using System.Globalization;

namespace MixPrec.Metadata;

/// <summary>What one metadata of <c>MixedPrecisionModel</c> may hold.</summary>
/// <param name="Name">The name as documented.</param>
/// <param name="Expected">What is allowed, in words that follow "expected".</param>
/// <param name="Parse">The value in its canonical spelling, or null when it is not allowed. Never called with an empty value.</param>
internal sealed record MetadataRule(string Name, string Expected, Func<string, string?> Parse)
{
    /// <summary>One of a few words; case does not matter, the job file gets the documented spelling.</summary>
    public static MetadataRule Choice(string name, params string[] allowed) =>
        new(name, allowed.Length == 1 ? allowed[0] : "one of " + string.Join(", ", allowed), value => Match(allowed, value));

    /// <summary>A number in invariant notation: a point, never a comma.</summary>
    public static MetadataRule Number(string name, string expected, Func<double, bool> inRange) =>
        new(name, expected, value =>
            double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && !double.IsInfinity(number) && inRange(number) ? value : null);

    /// <summary>A whole number above zero.</summary>
    public static MetadataRule Count(string name, string expected) =>
        new(name, expected, value => long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? value : null);

    /// <summary>Any text; what it means is known only to the worker (layer patterns, candidates, paths).</summary>
    public static MetadataRule Text(string name) => new(name, "text", value => value);

    internal static string? Match(IEnumerable<string> allowed, string value) =>
        allowed.FirstOrDefault(word => string.Equals(word, value, StringComparison.OrdinalIgnoreCase));
}

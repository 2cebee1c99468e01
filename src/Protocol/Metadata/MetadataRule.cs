using System.Globalization;

namespace MixPrec.Metadata;

/// <summary>What a value may be.</summary>
/// <param name="Expected">What is allowed, in words that follow "expected".</param>
/// <param name="ValueWord">What a value is called in the help of the command line.</param>
/// <param name="Parse">The value in its canonical spelling, or null when it is not allowed. Never called with an empty value.</param>
internal sealed record MetadataRule(string Expected, string ValueWord, Func<string, string?> Parse)
{
    /// <summary>The words to choose from; empty where any text of the right form will do.</summary>
    public IReadOnlyList<string> Choices { get; private init; } = [];

    /// <summary>Whether the value names a file or a folder, relative to the project or to the current folder.</summary>
    public bool IsPath { get; private init; }

    /// <summary>One of a few words; case does not matter, the job file gets the documented spelling.</summary>
    public static MetadataRule Choice(params string[] words) => new(
        "one of " + string.Join(", ", words), "WORD", value =>
            words.FirstOrDefault(word => string.Equals(word, value, StringComparison.OrdinalIgnoreCase))) { Choices = words };

    /// <summary>A number in invariant notation: a point, never a comma.</summary>
    public static MetadataRule Number(string expected, Func<double, bool> inRange) => new(expected, "NUMBER", value =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && !double.IsInfinity(number)
            && inRange(number) ? value : null);

    /// <summary>A whole number above zero.</summary>
    public static MetadataRule Count(string expected, long largest = long.MaxValue) => new(expected, "COUNT", value =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && number <= largest ? value
            : null);

    /// <summary>Entries separated by semicolons.</summary>
    public static MetadataRule List(string expected, Func<string, bool> isValid) =>
        new(expected, "LIST", value => isValid(value) ? value : null);

    /// <summary>A list whose meaning is known only to the worker (layer patterns, candidates).</summary>
    public static MetadataRule AnyList { get; } = List("text", _ => true);

    /// <summary>A C# name.</summary>
    public static MetadataRule Name(string expected, Func<string, bool> isValid) =>
        new(expected, "NAME", value => isValid(value) ? value : null);

    /// <summary>A file or folder.</summary>
    public static MetadataRule Path { get; } = new("a path", "PATH", PathOrNull) { IsPath = true };

    /// <summary>A file.</summary>
    public static MetadataRule File { get; } = new("a path", "FILE", PathOrNull) { IsPath = true };

    /// <summary>No system has a path with this character, which MSBuild makes of <c>%00</c>.</summary>
    private static string? PathOrNull(string value) => value.IndexOf('\0') < 0 ? value : null;
}

using MixPrec.Compiler.Formats;

namespace MixPrec.Compiler.Report;

/// <summary>
/// One colour for each storage format with the activations it is multiplied with, in the order of candidates: other accumulators and
/// second passes share it. Colours keep their meaning in both schemes and differ in lightness too, not only in hue; candidates beyond the
/// last colour look neutral, like unknown ones.
/// </summary>
internal static class PrecisionColours
{
    private const string Neutral = "p-other";

    private static readonly (string Light, string Dark)[] s_palette =
    [
        ("#8a97a8", "#97a5b8"), ("#7c5cd6", "#a48bf0"), ("#0f8a8a", "#35b8b8"), ("#3f9b3a", "#74c66e"),
        ("#b4691f", "#e0a35c"), ("#b03a76", "#e284b2"), ("#2f6fb5", "#7fb2ea"), ("#8a7a14", "#cdbb4a"),
        ("#9a4a3a", "#e09a8a"), ("#4a6a2a", "#a8c878"), ("#5a4a9a", "#b0a4f4"), ("#1a6a8a", "#6ac4e4"), ("#7a3a8a", "#cf94e0"),
        ("#2a7a5a", "#7ccfae"), ("#8a3a4a", "#e09aa8"), ("#55606e", "#b4bfcc"),
        ("#6a7a1a", "#c4d46a"), ("#1f5a5a", "#8fc9c9"),
    ];

    private static readonly IReadOnlyList<(StorageFormat, ActivationFormat)> s_kinds =
        [.. PrecisionConfig.All.Select(Kind).Distinct().Take(s_palette.Length)];

    /// <summary>The rules of all classes.</summary>
    public static string Css { get; } = $$"""

        :root { {{string.Join(" ", s_kinds.Select((_, i) => $"--p{i}: {s_palette[i].Light};"))}} }
        @media (prefers-color-scheme: dark) { :root { {{string.Join(" ", s_kinds.Select((_, i) => $"--p{i}: {s_palette[i].Dark};"))}} } }
        {{string.Join("\n", s_kinds.Select((_, i) => $".strip .p-{i}, .map .p-{i} {{ fill: var(--p{i}); }} .chip.p-{i} {{ background: var(--p{i}); }}"))}}

        """;

    /// <summary>The CSS class of a candidate, by its id.</summary>
    public static string Class(string precision) => PrecisionConfig.All.FirstOrDefault(p => p.Id == precision) is { } known
        ? s_kinds.Index().Where(k => k.Item == Kind(known)).Select(k => FormattableString.Invariant($"p-{k.Index}"))
            .FirstOrDefault(Neutral) : Neutral;

    private static (StorageFormat, ActivationFormat) Kind(PrecisionConfig precision) => (precision.Storage, precision.Activations);
}

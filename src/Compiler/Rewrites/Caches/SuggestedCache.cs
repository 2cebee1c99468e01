using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Options;

namespace MixPrec.Compiler.Rewrites.Caches;

/// <summary>
/// The <c>Cache</c> of a model that was exported with past and present, for whoever does not know the metadata yet: its pasts are the
/// inputs that an output repeats with new tokens behind them.
/// </summary>
/// <param name="Text">Of the metadata.</param>
/// <param name="Pasts">Names of the inputs.</param>
internal sealed record SuggestedCache(string Text, IReadOnlyList<string> Pasts)
{
    /// <summary>Null for models of another kind, and where names do not tell which output belongs to which input.</summary>
    public static SuggestedCache? Find(Graph graph)
    {
        string[] pasts = [.. graph.Inputs.Where(i => graph.Outputs.Any(o => AppendedPast.Growth(i, o) is not null)).Select(i => i.Name)];
        string[] presents = [.. graph.Outputs.Where(o => graph.Inputs.Any(i => AppendedPast.Growth(i, o) is not null)).Select(o => o.Name)];
        return pasts.Length == 0 || pasts.Length != presents.Length
            || pasts.Concat(presents).Any(name => name.AsSpan().IndexOfAny("*;=\"") >= 0) ? null
            : pasts is [var past] ? new($"{past}={presents[0]}", pasts)
            : presents.Select(present => Patterns(pasts[0], present)).SelectMany(p => p)
                .FirstOrDefault(p => Pair(p, pasts, presents)) is { } found ? new(TextOf(found, graph, pasts), pasts) : null;
    }

    /// <summary>
    /// The two names with a star in place of what they end with, and of what they begin with, alike: whole words of them.
    /// </summary>
    private static IEnumerable<Pattern> Patterns(string past, string present)
    {
        int end = 0, start = 0;
        while (end < Math.Min(past.Length, present.Length) && past[^(end + 1)] == present[^(end + 1)])
        {
            end++;
        }

        while (start < Math.Min(past.Length, present.Length) && past[start] == present[start])
        {
            start++;
        }

        while (end > 0 && char.IsLetter(past[^end]) && end < past.Length && char.IsLetter(past[^(end + 1)]))
        {
            end--;
        }

        while (start > 0 && char.IsLetter(past[start - 1]) && start < past.Length && char.IsLetter(past[start]))
        {
            start--;
        }

        // A separator belongs to the words that stay.
        end -= end > 1 && !char.IsLetterOrDigit(past[^end]) ? 1 : 0;
        start -= start > 1 && !char.IsLetterOrDigit(past[start - 1]) ? 1 : 0;
        return new[] { (end, new Pattern(past[..^end] + "*", present[..^end] + "*")),
            (start, new Pattern("*" + past[start..], "*" + present[start..])) }.Where(p => p.Item1 > 0).Select(p => p.Item2);
    }

    /// <summary>Pair by pair where the pattern would take other inputs too.</summary>
    private static string TextOf(Pattern pattern, Graph graph, string[] pasts) =>
        graph.Inputs.Any(i => !pasts.Contains(i.Name) && CacheBindings.Captured(pattern.Past, i.Name) is not null)
        ? string.Join(";", pasts.Select(past => $"{past}={pattern.PresentOf(past)}")) : $"{pattern.Past}={pattern.Present}";

    private static bool Pair(Pattern pattern, string[] pasts, string[] presents) =>
        pasts.Select(pattern.PresentOf).ToHashSet().SetEquals(presents);

    private sealed record Pattern(string Past, string Present)
    {
        /// <summary>Empty where the name is none of the pattern.</summary>
        public string PresentOf(string past) =>
            CacheBindings.Captured(Past, past) is { } star ? Present.Replace("*", star, StringComparison.Ordinal) : "";
    }
}

using System.Globalization;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Rewrites.Caches;
using MixPrec.Diagnostics;
using MixPrec.Metadata;

namespace MixPrec.Compiler.Data;

/// <summary>The names of arrays against those that are read, and what somebody probably meant whose names differ.</summary>
internal static class DataKeys
{
    private const int MostHints = 5;

    /// <param name="wanted">Names that have to be there, each as the message shows it.</param>
    /// <param name="allowed">Names that may be there besides.</param>
    /// <param name="arrays">What is there.</param>
    /// <param name="takesOthers">Whether arrays that nothing reads may stand in the data.</param>
    /// <exception cref="MixPrecException">MXP1005: some are missing, or nothing reads them.</exception>
    public static void Require(
        string path, Graph graph, IReadOnlyList<(string Name, string Shown)> wanted, IReadOnlyCollection<string> allowed,
            IReadOnlyDictionary<string, Tensor> arrays, bool takesOthers = false)
    {
        string[] missing = [.. wanted.Select(w => w.Name).Where(w => !arrays.ContainsKey(w))];
        string[] unread = [.. arrays.Keys.Where(k => wanted.All(w => w.Name != k) && !allowed.Contains(k)).Order(StringComparer.Ordinal)];
        if (missing.Length + (takesOthers ? 0 : unread.Length) > 0)
        {
            throw new MixPrecException(DiagnosticCatalog.DataKeyMismatch, path, path,
                arrays.Count == 0 ? "(none)" : string.Join(", ",
                    arrays.Select(a => string.Create(CultureInfo.InvariantCulture,
                    $"{PrintableName.Format(a.Key)} [{string.Join(",", a.Value.Shape)}]"))),
                string.Join(", ", wanted.Select(w => w.Shown)), string.Concat(Hints(graph, missing, unread, allowed)));
        }
    }

    private static IEnumerable<string> Hints(Graph graph, string[] missing, string[] unread, IReadOnlyCollection<string> allowed)
    {
        foreach (var (key, meant) in unread.Take(MostHints).Select(k => (k, Suggestion.For(k, missing.Concat(allowed))))
            .Where(p => p.Item2 is not null))
        {
            yield return $" Did you mean '{PrintableName.Format(meant!)}' by '{PrintableName.Format(key)}'?";
        }

        if (SuggestedCache.Find(graph) is { } cache && cache.Pasts.Any(missing.Contains))
        {
            yield return $" Cache=\"{PrintableName.Format(cache.Text)}\" makes the pasts from token sequences, and sessions keep them.";
        }
    }
}

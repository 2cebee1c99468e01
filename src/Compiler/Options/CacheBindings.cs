using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Options;

/// <summary>
/// What a session keeps of the tokens before: the inputs and outputs of a model exported with past and present, written
/// <c>past_*=present_*</c>, or <c>auto</c> for a plain decoder that shall get them.
/// </summary>
internal sealed class CacheBindings
{
    private readonly IReadOnlyList<KeyValuePair<string, string>> _patterns;

    private CacheBindings(IReadOnlyList<KeyValuePair<string, string>> patterns, bool isAuto) => (_patterns, IsAuto) = (patterns, isAuto);

    /// <summary>Every run begins anew.</summary>
    public static CacheBindings None { get; } = new([], false);

    /// <summary>The rewrite adds the cache.</summary>
    public bool IsAuto { get; }

    public bool IsNone => !IsAuto && _patterns.Count == 0;

    /// <param name="text"><c>auto</c>, or pairs of patterns separated by semicolons, with at most one <c>*</c> on each side; empty or null
    /// is no cache.</param>
    /// <exception cref="MixPrecException">MXP1002: the text has another form.</exception>
    public static CacheBindings Parse(string? text)
    {
        if (text?.Trim() == "auto")
        {
            return new([], true);
        }

        var pairs = (text ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(pair => pair.Split('=', StringSplitOptions.TrimEntries)).ToArray();
        return pairs.All(p => p is [{ Length: > 0 } input, { Length: > 0 } output] && input.Count(c => c == '*') is var stars and <= 1
            && output.Count(c => c == '*') == stars)
            ? new([.. pairs.Select(p => KeyValuePair.Create(p[0], p[1]))], false)
            : throw new MixPrecException(DiagnosticCatalog.InvalidMetadata, null, "Cache", text, "auto, or pairs such as past_*=present_*");
    }

    /// <summary>Each past with its present, in the order of the graph's inputs.</summary>
    /// <exception cref="MixPrecException">MXP1002: a pattern matches no input, or there is no such output.</exception>
    public IReadOnlyList<(Value Past, Value Present)> PairsOf(Graph graph, string modelPath)
    {
        var pairs = graph.Inputs.Select(input => (Past: input, Name: PresentOf(input.Name))).Where(p => p.Name is not null)
            .Select(p => (p.Past, Present: graph.Outputs.FirstOrDefault(o => o.Name == p.Name)
                ?? throw Invalid(modelPath, "outputs", graph.Outputs))).ToArray();
        return pairs.Length > 0 && _patterns.All(pattern => pairs.Any(p => Captured(pattern.Key, p.Past.Name) is not null))
            && pairs.Select(p => p.Present).Distinct().Count() == pairs.Length
            ? pairs : throw Invalid(modelPath, "inputs", graph.Inputs);
    }

    /// <summary>The same text for the same bindings.</summary>
    public override string ToString() => IsAuto ? "auto" : string.Join(";", _patterns.Select(p => $"{p.Key}={p.Value}"));

    private string? PresentOf(string past) =>
        _patterns.Select(p => Captured(p.Key, past) is { } text ? p.Value.Replace("*", text, StringComparison.Ordinal) : null)
            .FirstOrDefault(name => name is not null);

    /// <summary>What the star of the pattern stands for in the name; null where the pattern does not match.</summary>
    internal static string? Captured(string pattern, string name)
    {
        int star = pattern.IndexOf('*', StringComparison.Ordinal);
        return star < 0 ? (pattern == name ? "" : null)
            : name.Length >= pattern.Length - 1 && name.StartsWith(pattern[..star], StringComparison.Ordinal)
                && name.EndsWith(pattern[(star + 1)..], StringComparison.Ordinal)
            ? name[star..^(pattern.Length - star - 1)] : null;
    }

    private MixPrecException Invalid(string modelPath, string kind, IReadOnlyList<Value> values) => new(
        DiagnosticCatalog.InvalidMetadata, modelPath, "Cache", ToString(),
            $"patterns that pair {kind} of the model, each once: {string.Join(", ", values.Select(v => PrintableName.Format(v.Name)))}");
}

using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Options;

/// <summary>
/// Which candidates each layer may have, from <c>Precisions</c>, <c>KeepFloat</c> and <c>Pin</c>. fp32 is always among them unless a layer
/// is pinned; a pin may name a candidate that <c>Precisions</c> leaves out; of several pins the first that matches counts. What an already
/// quantized model decides is a pin, after those of the user.
/// </summary>
internal sealed class LayerRules
{
    private const int ListedNames = 12;
    private readonly CompilerOptions _options;
    private readonly Func<Node, PrecisionConfig?> _ofModel;

    private LayerRules(CompilerOptions options, Func<Node, PrecisionConfig?> ofModel)
    {
        _options = options;
        _ofModel = ofModel;
    }

    /// <param name="ofModel">The candidate that the model itself decides on for a layer, or null.</param>
    /// <exception cref="MixPrecException">MXP4002: a pattern matches no quantizable layer. MXP4003: a layer is both kept in fp32 and pinned
    /// to something else.</exception>
    public static LayerRules Create(CompilerOptions options, Graph graph, Func<Node, PrecisionConfig?> ofModel)
    {
        var layers = graph.QuantizableNodes.Select(n => n.Name).ToArray();
        foreach (var (metadata, pattern) in options.KeepFloat.Select(p => ("KeepFloat", p)).Concat(options.Pin.Select(p => ("Pin", p.Key))))
        {
            if (!layers.Any(name => LayerPattern.Matches(pattern, name)))
            {
                throw new MixPrecException(DiagnosticCatalog.UnknownLayer, options.Model, metadata, PrintableName.Format(pattern),
                    options.ClassName, Names(layers));
            }
        }

        foreach (string name in layers)
        {
            if (Kept(options, name) is { } kept && Pinned(options, name) is { } pin && pin.Value != PrecisionConfig.F32)
            {
                throw new MixPrecException(DiagnosticCatalog.ConflictingPatterns, options.Model, PrintableName.Format(name),
                    PrintableName.Format(kept), $"{PrintableName.Format(pin.Key)}={pin.Value}");
            }
        }

        return new LayerRules(options, ofModel);
    }

    /// <summary>The candidates of a quantizable layer, in the order of <see cref="PrecisionConfig.All"/>; at least one.</summary>
    public IReadOnlyList<PrecisionConfig> Allowed(Node node) =>
        Kept(_options, node.Name) is not null ? [PrecisionConfig.F32]
        : Pinned(_options, node.Name) is { } pin ? [pin.Value]
        : _ofModel(node) is { } own ? [own]
        : [.. PrecisionConfig.All.Where(p => p == PrecisionConfig.F32 || _options.Precisions.Contains(p))];

    /// <summary>The pin of a layer as it is written; null where there is none.</summary>
    public string? PinOf(Node node) =>
        Pinned(_options, node.Name) is { } pin ? $"{PrintableName.Format(pin.Key)}={pin.Value}" : null;

    private static string? Kept(CompilerOptions options, string name) =>
        options.KeepFloat.FirstOrDefault(p => LayerPattern.Matches(p, name));

    private static KeyValuePair<string, PrecisionConfig>? Pinned(CompilerOptions options, string name) =>
        options.Pin.Where(p => LayerPattern.Matches(p.Key, name)).Select(p => (KeyValuePair<string, PrecisionConfig>?)p).FirstOrDefault();

    private static string Names(IReadOnlyList<string> layers) =>
        layers.Count == 0 ? "none" : string.Join(", ", layers.Take(ListedNames).Select(PrintableName.Format))
            + (layers.Count > ListedNames ? $" and {layers.Count - ListedNames} more" : "");
}

using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Rewrites.Caches;

/// <summary>
/// The graph that sessions with a cache run: for one sequence, so that every dimension but the tokens and the past is 1 where the user does
/// not bind it. Its layers have the names that they have in the graph that is calibrated, so precisions carry over.
/// </summary>
internal sealed record CachedGraph(Graph Graph, PlanCache Cache)
{
    /// <summary>The graph with a cache; null where none is asked for.</summary>
    /// <param name="graph">The model after the rewrites.</param>
    /// <exception cref="MixPrecException">MXP1002: Cache names what the model does not have; MXP3009: the graph is none that a cache
    /// fits.</exception>
    public static CachedGraph? Create(CacheBindings cache, Graph graph, string modelPath, DimensionBindings dimensions,
        ConstantBindings? constants = null)
    {
        if (cache.IsNone)
        {
            return null;
        }

        if (cache.IsAuto && SuggestedCache.Find(graph) is { } suggested)
        {
            throw Refused(modelPath, suggested.Pasts[0], "input",
                $"the model takes its past as inputs already: set Cache=\"{PrintableName.Format(suggested.Text)}\"");
        }

        string[] kept = cache.IsAuto ? [] : AppendedPast.Symbols(cache.PairsOf(graph, modelPath), modelPath);

        // A dimension that a condition ties to others follows from them: as many positions as tokens are no 1.
        var ones = graph.Symbols.Where(s => s.Bound is null && s.Unit is null && s.Equal is null && !kept.Contains(s.Identifier))
            .Select(s => KeyValuePair.Create(s.Name, 1));
        var single = GraphRewrites.Apply(OnnxModelReader.Read(modelPath, dimensions.With(ones), constants ?? ConstantBindings.None).Graph);
        var cached = TransposedPast.Apply(cache.IsAuto ? new AddedCache(single, modelPath)
            .Apply() : AppendedPast.Apply(single, cache.PairsOf(single, modelPath), modelPath));
        if (cached.Graph.Nodes.FirstOrDefault(n => n.Op.Counts.Count > 0) is { } counted)
        {
            throw Refused(modelPath, counted.Name, counted.Op.Kind, "its run finds out a size");
        }

        var layers = graph.QuantizableNodes.Select(n => n.Name).ToHashSet();
        layers.SymmetricExceptWith(cached.Graph.QuantizableNodes.Select(n => n.Name));
        return layers.Order(StringComparer.Ordinal).FirstOrDefault() is { } layer
            ? throw Refused(modelPath, layer, "layer", "with the cache it is another layer, so its precision cannot be chosen without")
            : cached;
    }

    /// <summary>A symbol called like <paramref name="wanted"/> that the graph does not have.</summary>
    public static string NewSymbol(string wanted, IEnumerable<string> taken)
    {
        string[] names = [.. taken];
        return Enumerable.Range(1, names.Length + 1).Select(i => i == 1 ? wanted : FormattableString.Invariant($"{wanted}_{i}"))
            .First(name => !names.Contains(name));
    }

    public static MixPrecException Refused(string modelPath, string node, string kind, string reason) =>
        new(DiagnosticCatalog.CacheUnsupported, modelPath, PrintableName.Format(node), kind, reason);
}

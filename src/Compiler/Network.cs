using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Compiler.Rewrites;
using MixPrec.Compiler.Rewrites.Caches;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler;

/// <summary>A model as it is compiled.</summary>
/// <param name="Model">As it was imported.</param>
/// <param name="Graph">As rewrites have left it: what is calibrated and measured.</param>
/// <param name="Cached">With buffers that grow, which is what a class with a cache runs; null without.</param>
internal sealed record Network(CompilerOptions Options, ImportedModel Model, Graph Graph, CachedGraph? Cached)
{
    /// <summary>What is lowered.</summary>
    public Graph Lowered => Cached?.Graph ?? Graph;

    /// <exception cref="MixPrecException">State and Cache do not fit the model, or each other.</exception>
    public static Network Rewrite(CompilerOptions options, ImportedModel model)
    {
        var graph = GraphRewrites.Apply(model.Graph);
        _ = options.State.PortsOf(graph, options.Model);
        var cached = options.State.ToString().Length == 0 || options.Cache.IsNone
            ? CachedGraph.Create(options.Cache, graph, options.Model, options.Dimensions, options.Constants)
            : throw new MixPrecException(DiagnosticCatalog.InvalidMetadata, options.Model, "Cache", options.Cache, "no State besides");
        return new(options, model, graph, cached);
    }
}

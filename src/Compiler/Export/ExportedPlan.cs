using MixPrec.Compiler.ErrorReduction;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Rewrites;

namespace MixPrec.Compiler.Export;

/// <summary>What an exported model takes over from a plan: ranges, roundings, and constants with corrections and factors in them.</summary>
/// <param name="Graph">The model, with the constants of the plan.</param>
/// <param name="Left">
/// Layers that read shifted channels, or channels with factors which nodes of the file would have to take: they are quantized as without a
/// plan.
/// </param>
internal sealed record ExportedPlan(Graph Graph, RangeTable Ranges, IReadOnlyList<string> Left)
{
    /// <param name="prepared">The model as it is exported.</param>
    /// <param name="planned">The model as it was planned, without the factors of the plan.</param>
    public static ExportedPlan Create(Graph prepared, Graph planned, LockedPlan plan)
    {
        // Layers in bytes are written with the constants of the graph, all other nodes are those of the file.
        bool Takes(Node node) => plan.Assignment[node].IsOfBytes;
        var allowed = plan.ChannelExponents.Where(e =>
            ChannelScaling.Apply(prepared, new Dictionary<string, ChannelExponents> { [e.Key] = e.Value }, Takes) is not null)
            .ToDictionary();
        var left = ChannelScaling.ReadersOf(planned, plan.ChannelExponents.Where(e => !allowed.ContainsKey(e.Key)))
            .Union(plan.Shifts.Keys).ToHashSet();
        var ranges = plan.Ranges.Without(left);
        var graph = ChannelScaling.Apply(prepared, allowed, Takes)!;
        return new(WithBiases(graph, ranges, plan.Assignment), ranges,
            [.. plan.Layers.Select(l => l.Name).Where(n => left.Contains(n))]);
    }

    private static Graph WithBiases(Graph graph, RangeTable ranges, PrecisionAssignment precisions) => GraphRewriter.Run(graph,
        (rewriter, node) =>
    {
        if (ranges.BiasCorrections.Count == 0 || !node.HasConstantWeights() || !precisions[node].IsOfBytes
            || node.InputOrNull(2) is { Constant: null })
        {
            return false;
        }

        float[] bias = CorrectedProduct.BiasOf(node, graph, ranges, precisions, node.OutputChannels());
        if (node.InputOrNull(2) is { } before ? before.Constant!.Span<float>().SequenceEqual(bias) : bias.All(b => b == 0))
        {
            return false;
        }

        rewriter.Fuse(node, null, node.Op, node.Input(0), node.Input(1),
            GraphBuilder.Constant(node.InputOrNull(2)?.Name ?? node.Name + "/bias", bias, bias.Length));
        return true;
    });
}

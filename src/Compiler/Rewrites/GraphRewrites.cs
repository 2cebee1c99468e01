using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Rewrites;

/// <summary>
/// The rewrites in their order: copies go first, for they hide neighbours; formulas written out become one operation while they are whole;
/// scale and shift move into weights and biases before an activation closes the product. Each keeps the names of the products, so that
/// layers keep their names. The last one changes the order alone.
/// </summary>
internal static class GraphRewrites
{
    public static Graph Apply(Graph graph)
    {
        graph = RewriteBodies.Apply(graph);
        graph = MergeTransposes.Apply(graph);
        graph = RemoveIdentities.Apply(graph);
        graph = FuseQuantizeDequantize.Apply(graph);
        graph = FuseSoftmax.Apply(graph);
        graph = FuseMomentsNormalization.Apply(graph);
        graph = FuseNormalization.Apply(graph);
        graph = FoldIntoNormalization.Apply(graph);
        graph = FuseGates.Apply(graph);
        graph = FoldScaleAndShift.Apply(graph);
        graph = FoldScaleAndShift.Apply(MoveScales.Apply(graph));
        return DelaySummedProducts.Apply(FuseActivations.Apply(graph));
    }
}

using MixPrec.Compiler.Conditioning;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Formats.Packing;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Lowering;

/// <summary>Which precisions there are kernels for, and whose sums are proven exact.</summary>
internal static class Candidates
{
    /// <summary>The candidates of a quantizable op, fp32 first.</summary>
    public static IReadOnlyList<PrecisionConfig> ForNode(Node node) => ForNode(node, new EncodedWeightsCache());

    /// <param name="weights">Keeps what is packed for the proofs.</param>
    /// <inheritdoc cref="ForNode(Node)"/>
    public static IReadOnlyList<PrecisionConfig> ForNode(Node node, EncodedWeightsCache weights) =>
        ForNode(node, weights, PrecisionConfig.All);

    /// <param name="all">The candidates to choose among, fp32 first.</param>
    /// <inheritdoc cref="ForNode(Node, EncodedWeightsCache)"/>
    public static IReadOnlyList<PrecisionConfig> ForNode(Node node, EncodedWeightsCache weights, IReadOnlyList<PrecisionConfig> all)
    {
        if (ProductFamilies.FromNode(node) is not { } family)
        {
            return [PrecisionConfig.F32];
        }

        var offered = all.Where(p => p.RuntimeMethod(family) is not null);
        if (family == ProductFamily.Activations)
        {
            // A depth that only a run knows is compared with the bound by the kernel.
            return [.. offered.Where(p => node.Input(0).Shape[^1] is not { IsConstant: true } depth
                || depth.Value <= p.Storage.MaximumDepth)];
        }

        var groups = WeightMatrix.FromNode(node);
        return [.. offered.Where(p => groups.All(g => weights.Of(g, p.Storage).Permits(p.Activations, p.Accumulator))
            && (p.Second is null || IsWorthwhile(node, p.Second)))];
    }

    /// <summary>Every layer in one precision; those without a kernel for it stay in fp32.</summary>
    public static PrecisionAssignment AsFarAsOffered(Graph graph, PrecisionConfig precision) =>
        new(graph.QuantizableNodes.Where(n => ForNode(n).Contains(precision)).ToDictionary(n => n.Name, _ => precision));

    /// <summary>The candidate that an already quantized model decides on, where there is a kernel for it; null elsewhere.</summary>
    public static PrecisionConfig? FromModel(Node node) =>
        ModelQuantization.FromModel(node) is { } own && ForNode(node).Contains(own) ? own : null;

    /// <summary>
    /// A second pass saves the reading of weights, which several rows would share anyway: one row, or one for each sample. Without a
    /// tolerance it spares components only behind an activation that is constant somewhere.
    /// </summary>
    private static bool IsWorthwhile(Node node, SecondPass second)
    {
        var rows = IntExpr.Product(node.Input(0).Shape.SkipLast(1));
        bool isOne = rows == IntExpr.One || (rows.Symbols.ToArray() is [var samples] && rows == IntExpr.Symbol(samples));
        return node.Op is MatMul product && isOne && (second.Tolerance > 0 || ActivationCondition.IsConstantSomewhere(product.Activation));
    }
}

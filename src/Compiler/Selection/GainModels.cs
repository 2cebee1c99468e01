using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Partition;
using MixPrec.Compiler.Timing;
using MixPrec.Plan;

namespace MixPrec.Compiler.Selection;

/// <summary>Multiplications of an op and bytes of its weights: what the models <c>Macs</c> and <c>Memory</c> count.</summary>
internal static class OpCost
{
    /// <summary>Terms of the sum that one output element is.</summary>
    public static IntExpr Depth(Node node) => node.Op is MatMul ? node.Input(0).Shape[^1] : IntExpr.Product(node.Input(1).Shape.Skip(1));

    /// <summary>
    /// Multiply-accumulates: elements of the product times depth, under given values of the symbols. A recurrence adds its product to its
    /// input.
    /// </summary>
    public static long Macs(Node node, IReadOnlyDictionary<string, long> symbols) =>
        ((node.Op is Recurrence ? node.Input(0) : node.Output).Type.Length * Depth(node)).Evaluate(symbols);

    /// <summary>Bytes of weights by <see cref="PrecisionConfig.WeightBytes"/>; 0 for products of activations.</summary>
    public static long WeightBytes(Node node, PrecisionConfig precision) =>
        node.MultipliesActivations() ? 0 : precision.WeightBytes(Channels(node), IntExpr.Product(node.Input(1).Shape).Value);

    private static long Channels(Node node) => (node.Op is MatMul ? node.Input(1).Shape[^1] : node.Input(1).Shape[0]).Value;
}

/// <summary>What a configuration gains over fp32, by the objective (arXiv 2505.13060: IP-ET, IP-TT, IP-M).</summary>
internal static class GainModels
{
    /// <summary>Least share of a sub-graph's fp32 time that a departure from fp32 must save; less counts as nothing.</summary>
    public const double MinimumShare = 0.02;

    /// <summary>The share of a sub-graph's fp32 time from which on a gain is large.</summary>
    private const double HiddenShare = 0.1;

    /// <summary>
    /// Measured nanoseconds saved; 0 when below <see cref="MinimumShare"/> or within what the spread of the rounds leaves open. Losses stay
    /// losses.
    /// </summary>
    public static double Time(Measurement float32, Measurement configuration)
    {
        double gain = float32.Nanoseconds - configuration.Nanoseconds;
        return gain > 0 && gain < Math.Max(MinimumShare * float32.Nanoseconds, Open(float32, configuration)) ? 0 : gain;
    }

    /// <summary>Whether more rounds could show a gain.</summary>
    public static bool MayGain(Measurement float32, Measurement configuration) =>
        float32.Nanoseconds - configuration.Nanoseconds + Open(float32, configuration) >= MinimumShare * float32.Nanoseconds;

    /// <summary>
    /// Whether what seems to be a large gain counts as nothing because rounds spread as far: then more of them are worth their time.
    /// </summary>
    public static bool IsHidden(Measurement float32, Measurement configuration) => Time(float32, configuration) == 0
        && float32.Nanoseconds - configuration.Nanoseconds >= HiddenShare * float32.Nanoseconds;

    private static double Open(Measurement float32, Measurement configuration) =>
        Math.Sqrt((float32.Uncertainty * float32.Uncertainty) + (configuration.Uncertainty * configuration.Uncertainty));

    /// <summary>Nanoseconds saved by the throughput of <see cref="ProductForm"/>.</summary>
    public static double Macs(Subgraph subgraph, IReadOnlyList<PrecisionConfig> precisions, IReadOnlyDictionary<string, long> symbols) =>
        subgraph.Quantizable.Zip(precisions, (node, p) => (Macs: OpCost.Macs(node, symbols), p))
            .Sum(o => PrecisionConfig.F32.Nanoseconds(o.Macs) - o.p.Nanoseconds(o.Macs));

    /// <summary>Bytes of weights saved.</summary>
    public static double Memory(Subgraph subgraph, IReadOnlyList<PrecisionConfig> precisions) =>
        subgraph.Quantizable.Zip(precisions, (node, p) =>
            OpCost.WeightBytes(node, PrecisionConfig.F32) - OpCost.WeightBytes(node, p)).Sum();
}

using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Partition;
using MixPrec.Compiler.Precision;
using MixPrec.Compiler.Timing;
using MixPrec.Plan;

namespace MixPrec.Compiler.Selection;

/// <summary>Multiplications of an op and bytes of its weights: what the models <c>Macs</c> and <c>Memory</c> count.</summary>
internal static class OpCost
{
    /// <summary>Terms of the sum that one output element is.</summary>
    public static IntExpr Depth(Node node) => node.Op is MatMul ? node.Input(0).Shape[^1] : IntExpr.Product(node.Input(1).Shape.Skip(1));

    /// <summary>Multiply-accumulates: elements of the product times depth, under given values of the symbols. A recurrence adds its product to its input.</summary>
    public static long Macs(Node node, IReadOnlyDictionary<string, long> symbols) => ((node.Op is Recurrence ? node.Input(0) : node.Output).Type.Length * Depth(node)).Evaluate(symbols);

    /// <summary>Bytes of weights with their scales and corrections (8 bytes per output channel of integer weights), of both passes with their norms, without padding; 0 for products of activations.</summary>
    public static long WeightBytes(Node node, PrecisionConfig precision) =>
        node.MultipliesActivations() ? 0
        : precision.Second is { } second ? WeightBytes(node, second.Low) + WeightBytes(node, second.High) + (4 * Channels(node))
        : (IntExpr.Product(node.Input(1).Shape).Value * precision.Rhs.Size()) + (precision.QuantizesRhs ? 8 * Channels(node) : 0);

    private static long Channels(Node node) => (node.Op is MatMul ? node.Input(1).Shape[^1] : node.Input(1).Shape[0]).Value;
}

/// <summary>Multiply-accumulates per nanosecond of one core for each candidate, by id.</summary>
internal sealed record FormatThroughput(IReadOnlyDictionary<string, double> MacsPerNanosecond)
{
    /// <summary>
    /// One core of a Zen 4 with AVX-512, GEMM 64×512×784 in cache: fp32 FMA 56, vpdpbusd 218, vpmaddubsw + vpmaddwd 109, with sums in 16 bits 113. Weights in bf16 are
    /// widened to fp32 before they are multiplied.
    /// </summary>
    public static readonly FormatThroughput Default = new(new Dictionary<string, double>
    {
        [PrecisionConfig.F32.Id] = 56, [PrecisionConfig.BF16.Id] = 56, [PrecisionConfig.I8.Id] = 218, [PrecisionConfig.I8A7.Id] = 109,
        [PrecisionConfig.I8I16.Id] = 113, [PrecisionConfig.I8A7I16.Id] = 113, [PrecisionConfig.I8A6I16.Id] = 113,
    });

    /// <summary>Nanoseconds that <paramref name="macs"/> take as <paramref name="precision"/>. Multiplications do not tell how few a second pass repeats: it counts in full.</summary>
    public double Nanoseconds(long macs, PrecisionConfig precision) => precision.Second is { } second
        ? Nanoseconds(macs, second.Low) + Nanoseconds(macs, second.High)
        : macs / MacsPerNanosecond[precision.Id];
}

/// <summary>What a configuration gains over fp32, by the objective (arXiv 2505.13060: IP-ET, IP-TT, IP-M).</summary>
internal static class GainModels
{
    /// <summary>Least share of a sub-graph's fp32 time that a departure from fp32 must save; less counts as nothing.</summary>
    public const double MinimumShare = 0.02;

    /// <summary>Measured nanoseconds saved; 0 when below <see cref="MinimumShare"/> or within what the spread of the rounds leaves open. Losses stay losses.</summary>
    public static double Time(Measurement float32, Measurement configuration)
    {
        double gain = float32.Nanoseconds - configuration.Nanoseconds;
        return gain > 0 && gain < Math.Max(MinimumShare * float32.Nanoseconds, Open(float32, configuration)) ? 0 : gain;
    }

    /// <summary>Whether more rounds could show a gain.</summary>
    public static bool MayGain(Measurement float32, Measurement configuration) =>
        float32.Nanoseconds - configuration.Nanoseconds + Open(float32, configuration) >= MinimumShare * float32.Nanoseconds;

    private static double Open(Measurement float32, Measurement configuration) =>
        Math.Sqrt((float32.Uncertainty * float32.Uncertainty) + (configuration.Uncertainty * configuration.Uncertainty));

    /// <summary>Nanoseconds saved by the throughput table.</summary>
    public static double Macs(SubGraph subGraph, IReadOnlyList<PrecisionConfig> precisions, FormatThroughput throughput, IReadOnlyDictionary<string, long> symbols) =>
        subGraph.Quantizable.Zip(precisions, (node, p) => (Macs: OpCost.Macs(node, symbols), p)).Sum(o => throughput.Nanoseconds(o.Macs, PrecisionConfig.F32) - throughput.Nanoseconds(o.Macs, o.p));

    /// <summary>Bytes of weights saved.</summary>
    public static double Memory(SubGraph subGraph, IReadOnlyList<PrecisionConfig> precisions) =>
        subGraph.Quantizable.Zip(precisions, (node, p) => OpCost.WeightBytes(node, PrecisionConfig.F32) - OpCost.WeightBytes(node, p)).Sum();
}

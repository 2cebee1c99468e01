using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;

namespace MixPrec.Compiler.Formats;

/// <summary>What an already quantized model says about its layers.</summary>
internal static class ModelQuantization
{
    /// <summary>
    /// The parameters of the activations that a layer reads, where the model quantizes them; null elsewhere, and for a recurrence, which
    /// reads its own states.
    /// </summary>
    public static QuantizationParameters? OfActivations(Node node)
    {
        if (node.Op is Recurrence)
        {
            return null;
        }

        var x = node.Input(0);
        while (x.Producer is { Op: Reshape } reshape)
        {
            x = reshape.Input(0);
        }

        return x.Producer is { Op: QuantizeDequantize pair } ? FromModel(pair) : null;
    }

    public static QuantizationParameters FromModel(QuantizeDequantize pair) => new(pair.Scale, pair.ZeroPoint, QuantizeDequantize.Maximum);

    /// <summary>
    /// The scale of each output channel where the model quantized the constant weights; null elsewhere, and for recurrent weights, which
    /// get scales of their own.
    /// </summary>
    public static IReadOnlyList<float>? ScalesOf(Node node)
    {
        if (node.Op is Recurrence)
        {
            return null;
        }

        int channelAxis = node.Op is Conv ? 0 : node.Input(1).Rank - 1;
        return node.Input(1).Scales?.Along(channelAxis, checked((int)node.Input(1).Shape[channelAxis].Value));
    }

    /// <summary>
    /// The candidate whose sums are those of the model's quantized values: its activations and its weights are both quantized.
    /// </summary>
    public static PrecisionConfig? FromModel(Node node) =>
        OfActivations(node) is not null && ScalesOf(node) is not null ? PrecisionConfig.I8 : null;
}

using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using PanelLayout = MixPrec.Runtime.Kernels.PanelLayout;

namespace MixPrec.Compiler.Lowering;

/// <summary>
/// When a product may store quantized values instead of floats: every reader, of what it is joined to also, is an int8 product of one pass
/// with constant weights with one and the same quantization parameters.
/// </summary>
internal static class QuantizedOutput
{
    /// <summary>The parameters that all readers of <paramref name="value"/> share, or null when some reader needs floats.</summary>
    public static QuantizationParameters? Find(Value value, LoweringContext context)
    {
        if (context.ChecksFinite || context.Graph.IsOutput(value))
        {
            return null;
        }

        QuantizationParameters? shared = null;
        foreach (var reader in context.Graph.ConsumersOf(value))
        {
            var wanted = Wanted(reader, value, context);
            if (wanted is null || (shared is not null && shared != wanted))
            {
                return null;
            }

            shared = wanted;
        }

        return shared;
    }

    private static QuantizationParameters? Wanted(Node reader, Value value, LoweringContext context)
    {
        if (JoinedOutput.Find(value, context.Graph) is { } joined)
        {
            return Find(joined.Whole, context);
        }

        bool readsOnce = reader.Inputs.Count(i => ReferenceEquals(i, value)) == 1 && ReferenceEquals(reader.Input(0), value);
        if (!readsOnce)
        {
            return null;
        }

        if (reader.Op is QuantizeDequantize pair)
        {
            return ModelQuantization.FromModel(pair);
        }

        // Quantized values are written in one order, and only floats are reordered. A flattened value stays quantized only
        // if no pixel ends in padding bytes.
        return reader.HasConstantWeights() && (value.Rank < 3 || IsImage(value) == reader.Op is Conv)
            && context.Precisions[reader] is { Second: null } precision
                ? context.Ranges.Parameters(reader, precision.Activations)
            : reader.Op is Reshape && IsImage(value) && Flattening.IsFree(reader, context.Graph) && Flattening.Find(reader) is { } flat
                && IntExpr.RoundUp(flat.ChannelCount, PanelLayout.ByteGroup) == flat.ChannelCount
                ? Find(reader.Output, context)
            : null;
    }

    /// <summary>Whether products write the value channels last.</summary>
    private static bool IsImage(Value value) => value.Producer is { Op: Conv } or { Op: Concat, Inputs: [{ Producer.Op: Conv }, ..] };
}

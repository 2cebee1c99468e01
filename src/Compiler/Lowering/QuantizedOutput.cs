using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Plan;
using PanelLayout = MixPrec.Runtime.Kernels.PanelLayout;

namespace MixPrec.Compiler.Lowering;

/// <summary>
/// When a value may be stored quantized instead of as floats: every reader, of what it is joined to also, is an int8 product of one pass
/// with constant weights with one and the same quantization parameters. Maxima of a window pass bytes on.
/// </summary>
internal static class QuantizedOutput
{
    /// <summary>The parameters that all readers of <paramref name="value"/> share, or null when some reader needs floats.</summary>
    /// <param name="layout">The order in which the value is written; null where it can be written in each that is wanted.</param>
    public static QuantizationParameters? Find(Value value, Layout? layout, LoweringContext context)
    {
        if (context.ChecksFinite || context.Graph.IsOutput(value))
        {
            return null;
        }

        QuantizationParameters? shared = null;
        foreach (var reader in context.Graph.ConsumersOf(value))
        {
            var wanted = Wanted(reader, value, layout, context);
            if (wanted is null || (shared is not null && shared != wanted))
            {
                return null;
            }

            shared = wanted;
        }

        return shared;
    }

    /// <summary>The parameters that some readers take of a value whose floats others need; null where none does.</summary>
    public static QuantizationParameters? BesideFloats(Value value, Layout layout, LoweringContext context) =>
        context.ChecksFinite ? null
        : context.Graph.ConsumersOf(value).Select(reader => Wanted(reader, value, layout, context))
            .FirstOrDefault(wanted => wanted is not null);

    private static QuantizationParameters? Wanted(Node reader, Value value, Layout? layout, LoweringContext context)
    {
        if (JoinedOutput.Find(value, context.Graph) is { } joined)
        {
            return Find(joined.Whole, layout, context);
        }

        bool readsOnce = reader.Inputs.Count(i => ReferenceEquals(i, value)) == 1 && ReferenceEquals(reader.Input(0), value);
        if (!readsOnce)
        {
            return null;
        }

        // Quantized values are written in one order, and only floats are reordered.
        bool image = layout == Layout.ChannelsLast;
        return reader.Op switch
        {
            QuantizeDequantize pair => ModelQuantization.FromModel(pair),
            Pool { Function: PoolKind.Max } => image ? Find(reader.Output, layout, context) : null,

            // A flattened value stays quantized only if no pixel ends in padding bytes.
            Reshape => image && Flattening.IsFree(reader, context) && Flattening.Find(reader) is { } flat
                && IntExpr.RoundUp(flat.ChannelCount, PanelLayout.ByteGroup) == flat.ChannelCount
                    ? Find(reader.Output, flat, context) : null,
            _ => reader.HasConstantWeights() && (value.Rank < 3 || layout is null || image == reader.Op is Conv)
                && context.Precisions[reader] is { Second: null, NeedsRange: true } precision
                    ? context.Ranges.Parameters(reader, precision.Activations) : null,
        };
    }
}

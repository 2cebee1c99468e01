using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Lowering.Storage;
using MixPrec.Compiler.Precision;
using MixPrec.Plan;

namespace MixPrec.Compiler.Lowering;

/// <summary>
/// When a product may store codes instead of floats: every reader, of what it is joined to also, is an int8 product of one pass with constant weights on one and the
/// same grid.
/// </summary>
internal static class QuantizedOutput
{
    /// <summary>The grid that all readers of <paramref name="value"/> share, or null when some reader needs floats.</summary>
    public static AffineQuantization? Of(Value value, LoweringContext context)
    {
        if (context.ChecksFinite || context.Graph.IsOutput(value))
        {
            return null;
        }

        AffineQuantization? shared = null;
        foreach (var reader in context.Graph.ConsumersOf(value))
        {
            var grid = Wanted(reader, value, context);
            if (grid is null || (shared is not null && shared != grid))
            {
                return null;
            }

            shared = grid;
        }

        return shared;
    }

    private static AffineQuantization? Wanted(Node reader, Value value, LoweringContext context)
    {
        if (JoinedOutput.Of(value, context.Graph) is { } joined)
        {
            return Of(joined.Whole, context);
        }

        bool readsOnce = reader.Inputs.Count(i => ReferenceEquals(i, value)) == 1 && ReferenceEquals(reader.Input(0), value);
        if (!readsOnce)
        {
            return null;
        }

        if (reader.Op is QuantizeDequantize pair)
        {
            return ModelQuantization.Of(pair);
        }

        // Codes are written in one order, and only floats are reordered. A flattened value keeps its codes only if no pixel ends in padding bytes.
        return reader.HasConstantWeights() && (value.Rank < 3 || IsPicture(value) == reader.Op is Conv) && context.Precisions[reader] is { QuantizesLhs: true, Second: null } precision ? context.Ranges.Quantization(reader, precision)
            : reader.Op is Reshape && IsPicture(value) && Flattening.IsFree(reader, context.Graph) && Flattening.Of(reader) is { } flat && IntExpr.RoundUp(flat.ChannelCount, Form.ByteGroup) == flat.ChannelCount ? Of(reader.Output, context)
            : null;
    }

    /// <summary>Whether products write the value channels last.</summary>
    private static bool IsPicture(Value value) => value.Producer is { Op: Conv } or { Op: Concat, Inputs: [{ Producer.Op: Conv }, ..] };
}

using MixPrec.Compiler.Precision;

namespace MixPrec.Compiler.Lowering.Packing;

/// <summary>
/// Packs weights into panels of 16 output columns, the last one padded with zeros (docs/weights-format.md): the same bytes on every machine.
/// </summary>
internal static class PanelPacker
{
    /// <summary>Columns of a panel: the lanes of the widest vector.</summary>
    public const int PanelColumns = 16;

    public const int ByteGroup = 4;

    private delegate void Store(int panel, int tap, int channel, ReadOnlySpan<float> lanes);

    /// <summary>[⌈N/16⌉][K][16] floats for each of <paramref name="groups"/>, one after another.</summary>
    public static float[] PackF32(params IReadOnlyList<WeightMatrix> groups)
    {
        var packed = new float[groups.Sum(LengthF32)];
        int first = 0;
        foreach (var weights in groups)
        {
            int start = first;
            Visit(weights, (panel, tap, channel, lanes) => lanes.CopyTo(packed.AsSpan(start + (((panel * weights.Rows) + (tap * weights.Channels) + channel) * PanelColumns))));
            first += (int)LengthF32(weights);
        }

        return packed;
    }

    /// <summary>[⌈N/16⌉][⌈K/2⌉][16][2] bf16 for each group: the even row in the low half of each 32-bit lane, a missing last row zero.</summary>
    public static ushort[] PackBF16(params IReadOnlyList<WeightMatrix> groups)
    {
        var packed = new ushort[groups.Sum(LengthBF16)];
        int first = 0;
        foreach (var weights in groups)
        {
            int start = first, pairs = (weights.Rows + 1) / 2;
            Visit(weights, (panel, tap, channel, lanes) =>
            {
                int row = (tap * weights.Channels) + channel;
                var lane = packed.AsSpan(start + (((panel * pairs) + (row / 2)) * PanelColumns * 2) + (row % 2));
                for (int i = 0; i < lanes.Length; i++)
                {
                    lane[i * 2] = WeightQuantizer.ToBF16(lanes[i]);
                }
            });
            first += (int)LengthBF16(weights);
        }

        return packed;
    }

    /// <summary>[⌈N/16⌉][Σ over taps of ⌈C/4⌉][16][4] bytes in [−127, 127]: channels of a tap in groups of four.</summary>
    public static sbyte[] PackS8(WeightMatrix weights, float[] scales)
    {
        int groups = ByteGroups(weights), groupsOfTap = groups / Math.Max(weights.Taps, 1);
        var packed = new sbyte[LengthS8(weights)];
        Visit(weights, (panel, tap, channel, lanes) =>
        {
            int group = (tap * groupsOfTap) + (channel / ByteGroup);
            var lane = packed.AsSpan((((panel * groups) + group) * PanelColumns * ByteGroup) + (channel % ByteGroup));
            for (int i = 0; i < lanes.Length; i++)
            {
                lane[i * ByteGroup] = WeightQuantizer.Quantize(lanes[i], scales[(panel * PanelColumns) + i]);
            }
        });
        return packed;
    }

    /// <summary>The scale of each column.</summary>
    public static float[] Scales(WeightMatrix weights)
    {
        var largest = new float[weights.Columns];
        Visit(weights, (panel, _, _, lanes) =>
        {
            for (int i = 0; i < lanes.Length; i++)
            {
                ref float known = ref largest[(panel * PanelColumns) + i];
                known = Math.Max(known, Math.Abs(lanes[i]));
            }
        });
        return [.. largest.Select(WeightQuantizer.ScaleOf)];
    }

    /// <summary>Groups of four rows in a panel of bytes.</summary>
    public static int ByteGroups(WeightMatrix weights) => weights.Taps * ((weights.Channels + ByteGroup - 1) / ByteGroup);

    /// <summary>Elements of the packed forms.</summary>
    public static long LengthF32(WeightMatrix weights) => (long)Panels(weights) * weights.Rows * PanelColumns;

    /// <inheritdoc cref="LengthF32"/>
    public static long LengthBF16(WeightMatrix weights) => (long)Panels(weights) * ((weights.Rows + 1) / 2) * PanelColumns * 2;

    /// <inheritdoc cref="LengthF32"/>
    public static long LengthS8(WeightMatrix weights) => (long)Panels(weights) * ByteGroups(weights) * PanelColumns * ByteGroup;

    private static int Panels(WeightMatrix weights) => (weights.Columns + PanelColumns - 1) / PanelColumns;

    /// <summary>Row by row of panel by panel: what is read of a row-major matrix are whole cache lines.</summary>
    private static void Visit(WeightMatrix weights, Store store)
    {
        Span<float> row = stackalloc float[PanelColumns];
        for (int panel = 0; panel < Panels(weights); panel++)
        {
            var lanes = row[..Math.Min(PanelColumns, weights.Columns - (panel * PanelColumns))];
            for (int tap = 0; tap < weights.Taps; tap++)
            {
                for (int channel = 0; channel < weights.Channels; channel++)
                {
                    weights.Read(tap, channel, panel * PanelColumns, lanes);
                    store(panel, tap, channel, lanes);
                }
            }
        }
    }
}

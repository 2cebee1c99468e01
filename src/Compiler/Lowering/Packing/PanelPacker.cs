using MixPrec.Compiler.Precision;

namespace MixPrec.Compiler.Lowering.Packing;

/// <summary>
/// Packs weights into panels of 16 output columns, the last one padded with zeros (docs/weights.md): the same bytes on every machine.
/// </summary>
internal static class PanelPacker
{
    /// <summary>Columns of a panel: the lanes of the widest vector.</summary>
    public const int PanelColumns = 16;

    private const int ByteGroup = 4;

    /// <summary>[⌈N/16⌉][K][16] floats.</summary>
    public static float[] PackF32(WeightMatrix weights)
    {
        var packed = new float[Panels(weights) * weights.Rows * PanelColumns];
        Visit(weights, (panel, lane, row, weight) => packed[(((panel * weights.Rows) + row) * PanelColumns) + lane] = weight);
        return packed;
    }

    /// <summary>[⌈N/16⌉][⌈K/2⌉][16][2] bf16: the even row in the low half of each 32-bit lane, a missing last row zero.</summary>
    public static ushort[] PackBF16(WeightMatrix weights)
    {
        int pairs = (weights.Rows + 1) / 2;
        var packed = new ushort[Panels(weights) * pairs * PanelColumns * 2];
        Visit(weights, (panel, lane, row, weight) =>
            packed[(((((panel * pairs) + (row / 2)) * PanelColumns) + lane) * 2) + (row % 2)] = WeightQuantizer.ToBF16(weight));
        return packed;
    }

    /// <summary>[⌈N/16⌉][Σ over taps of ⌈C/4⌉][16][4] bytes in [−127, 127]: channels of a tap in groups of four.</summary>
    public static sbyte[] PackS8(WeightMatrix weights, ReadOnlySpan<float> scales)
    {
        int groups = ByteGroups(weights), groupsOfTap = groups / Math.Max(weights.Taps, 1);
        var packed = new sbyte[Panels(weights) * groups * PanelColumns * ByteGroup];
        var scaleOf = scales.ToArray();
        Visit(weights, (panel, lane, row, weight) =>
        {
            int group = ((row / weights.Channels) * groupsOfTap) + (row % weights.Channels / ByteGroup);
            packed[(((((panel * groups) + group) * PanelColumns) + lane) * ByteGroup) + (row % weights.Channels % ByteGroup)] =
                WeightQuantizer.Quantize(weight, scaleOf[(panel * PanelColumns) + lane]);
        });
        return packed;
    }

    /// <summary>Groups of four rows in a panel of bytes.</summary>
    public static int ByteGroups(WeightMatrix weights) => weights.Taps * ((weights.Channels + ByteGroup - 1) / ByteGroup);

    private static int Panels(WeightMatrix weights) => (weights.Columns + PanelColumns - 1) / PanelColumns;

    private static void Visit(WeightMatrix weights, Action<int, int, int, float> store)
    {
        for (int column = 0; column < weights.Columns; column++)
        {
            for (int row = 0; row < weights.Rows; row++)
            {
                store(column / PanelColumns, column % PanelColumns, row, weights.At(row / weights.Channels, row % weights.Channels, column));
            }
        }
    }
}

using MixPrec.Plan;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Compiler.Formats.Packing;

/// <summary>
/// Packs weights column by column, so that single columns can be read (docs/weights-format.md). Each is filled up with zeros to a multiple
/// of 32.
/// </summary>
internal static class ColumnPacker
{
    private const int Half = PanelLayout.ColumnRun / 2;

    /// <summary>[N][⌈K/32⌉·32] floats.</summary>
    public static WeightArray PackF32(WeightMatrix weights) => Pack<float>(weights, ElementType.F32, k => k, weight => weight);

    /// <summary>[N][⌈K/32⌉][16][2] bf16: rows k and k + 16 of each 32 in one word, k in its low half.</summary>
    public static WeightArray PackBF16(WeightMatrix weights) => Pack(
        weights, ElementType.U16, k => (k / PanelLayout.ColumnRun * PanelLayout.ColumnRun) + (k % Half * 2) + (k / Half % 2), weight =>
            BF16.FromSingle(weight).Bits);

    /// <summary>Elements of the packed forms.</summary>
    public static long Length(WeightMatrix weights) => (long)weights.Columns * PanelLayout.PaddedColumnRun(weights.Rows);

    /// <summary>‖w‖₂ of each column.</summary>
    public static float[] Norms(WeightMatrix weights)
    {
        var squares = new double[weights.Columns];
        PanelPacker.Visit(weights, (panel, _, lanes) =>
        {
            for (int i = 0; i < lanes.Length; i++)
            {
                squares[(panel * PanelLayout.Columns) + i] += (double)lanes[i] * lanes[i];
            }
        });
        return [.. squares.Select(s => (float)Math.Sqrt(s))];
    }

    private static WeightArray Pack<T>(WeightMatrix weights, ElementType type, Func<int, int> place, Func<float, T> convert) where T
        : unmanaged
    {
        int pitch = PanelLayout.PaddedColumnRun(weights.Rows);
        var packed = new WeightArray(type, Length(weights));
        PanelPacker.Visit(weights, (panel, k, lanes) =>
        {
            int at = place(k);
            var elements = packed.Elements<T>();
            for (int i = 0; i < lanes.Length; i++)
            {
                elements[(((panel * PanelLayout.Columns) + i) * pitch) + at] = convert(lanes[i]);
            }
        });
        return packed;
    }
}

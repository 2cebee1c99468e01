using MixPrec.Plan;
using MixPrec.Runtime.Kernels;

namespace MixPrec.Compiler.Formats.Packing;

/// <summary>
/// Packs floats of 16 bits in panels: [⌈N/16⌉][⌈K/2⌉][16][2], the even row in the low half of each 32-bit lane, a missing last row zero.
/// </summary>
internal static class PairPacker
{
    /// <param name="bits">Of a weight.</param>
    public static WeightArray Pack(WeightMatrix weights, Func<float, ushort> bits)
    {
        // Kernels take the bits as 16-bit integers.
        var packed = new WeightArray(ElementType.U16, PanelLayout.LengthBF16(weights.Rows, weights.Columns));
        int pairs = PanelLayout.BF16Pairs(weights.Rows);
        PanelPacker.Visit(weights, (panel, row, lanes) =>
        {
            var (pair, half) = Math.DivRem(row, PanelLayout.BF16Pair);
            int start = ((panel * pairs) + pair) * PanelLayout.Columns * PanelLayout.BF16Pair;
            var at = packed.Elements<ushort>()[(start + half)..];
            for (int i = 0; i < lanes.Length; i++)
            {
                at[i * PanelLayout.BF16Pair] = bits(lanes[i]);
            }
        });
        return packed;
    }
}

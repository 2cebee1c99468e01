using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// How weights [K, N] lie in memory: ⌈N/16⌉ panels of 16 columns, the last one padded with zeros, each panel row by row of k, so that a
/// tile reads it from its first
/// byte to its last (docs/weights-format.md). Sizes are in elements unless they say bytes.
/// </summary>
/// <remarks>
/// fp32: [⌈N/16⌉][K][16]. bf16, f16: [⌈N/16⌉][⌈K/2⌉][16][2], the even k in the low half of each 32 bits. s8: [⌈N/16⌉][⌈K/4⌉][16][4], the
/// rows k of a column in groups of four; where K is taps × channels, each tap's channels are padded to whole groups. Weights of few bits
/// with a scale for each G rows: two groups after two groups, of both the scales [16][2] bfloat16, the even group in the low half, then
/// [rows / 8][16] words of 32 bits, of s4 and E2M1 eight k in each, the first in the lowest four bits, of E4M3 and E5M2 four k, the first
/// in the highest byte. Rows of single columns, for products of which few columns are computed: [N][⌈K/32⌉·32].
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class PanelLayout
{
    /// <summary>Columns of a panel: the lanes of the widest register.</summary>
    public const int Columns = 16;

    /// <summary>
    /// Rows k of a column that lie together as bytes: the depth of one byte product. Rows of quantized activations are padded to whole
    /// groups too.
    /// </summary>
    public const int ByteGroup = 4;

    /// <summary>Rows k of a column that lie together as bfloat16.</summary>
    public const int BF16Pair = 2;

    /// <summary>Rows k of a column that lie together in four bits each.</summary>
    public const int NibbleRows = 8;

    /// <summary>Elements that a column by itself is padded to: two registers of the widest kind.</summary>
    public const int ColumnRun = 2 * Columns;

    /// <summary>
    /// Bytes of one row of a panel in fp32, of one pair of rows in bf16, of one group of rows in s8, of eight rows in s4: a cache line
    /// each.
    /// </summary>
    public const int RowBytes = Columns * sizeof(float);

    /// <summary>Bytes behind a row of quantized values that has a scale of its own.</summary>
    internal const int RowScaleBytes = 2 * sizeof(float);

    /// <summary>⌈columns / 16⌉.</summary>
    public static int Panels(int columns) => (columns + Columns - 1) / Columns;

    /// <summary>Columns with those that fill up the last panel; so long are a bias, scales and zero-point compensations.</summary>
    public static int PaddedColumns(int columns) => Panels(columns) * Columns;

    /// <summary>⌈depth / 4⌉.</summary>
    public static int ByteGroups(int depth) => (depth + ByteGroup - 1) / ByteGroup;

    /// <summary>Bytes of a row of <paramref name="depth"/> quantized values: whole groups.</summary>
    public static int PaddedDepth(int depth) => (depth + ByteGroup - 1) & ~(ByteGroup - 1);

    /// <summary>
    /// Bytes from row to row of <paramref name="depth"/> quantized values with a scale and a zero point for each row, which lie behind its
    /// padding.
    /// </summary>
    internal static int ScaledRow(int depth) => PaddedDepth(depth) + RowScaleBytes;

    /// <summary>⌈depth / 2⌉.</summary>
    public static int BF16Pairs(int depth) => (depth + BF16Pair - 1) / BF16Pair;

    /// <summary>Bytes of a row of <paramref name="depth"/> activations in bfloat16: whole pairs.</summary>
    internal static int PairedBytes(int depth) => BF16Pairs(depth) * BF16Pair * sizeof(ushort);

    /// <summary>Elements from column to column where columns lie one by one.</summary>
    public static int PaddedColumnRun(int depth) => (depth + ColumnRun - 1) / ColumnRun * ColumnRun;

    /// <summary>Bytes from panel to panel.</summary>
    public static nint PanelBytesF32(int depth) => (nint)depth * RowBytes;

    /// <inheritdoc cref="PanelBytesF32"/>
    public static nint PanelBytesBF16(int depth) => (nint)BF16Pairs(depth) * RowBytes;

    /// <summary>Bytes from panel to panel; groups are <see cref="ByteGroups"/>, for a convolution taps · ⌈channels / 4⌉.</summary>
    public static nint PanelBytesS8(int groups) => (nint)groups * RowBytes;

    /// <summary>
    /// Bytes from panel to panel of weights in words of 32 bits; <paramref name="group"/> rows have one scale, a multiple of the
    /// <paramref name="together"/> rows that share a word, or all rows.
    /// </summary>
    public static nint PanelBytesOfGroups(int depth, int group, int together)
    {
        var (whole, rest) = Math.DivRem((long)depth, 2L * group);
        return (nint)((whole * PairBytes(2 * group, together)) + (rest == 0 ? 0 : PairBytes((int)rest, together)));
    }

    /// <summary>The rows of a group that has all rows of a column.</summary>
    public static int WholeColumn(int depth) => Math.Max(depth, 1);

    /// <summary>Bytes of two groups that have so many rows together: their scales and their weights.</summary>
    public static nint PairBytes(int rows, int together) => RowBytes + (((nint)rows + together - 1) / together * RowBytes);

    /// <summary>Elements of all panels.</summary>
    public static long LengthF32(int depth, int columns) => (long)Panels(columns) * depth * Columns;

    /// <inheritdoc cref="LengthF32"/>
    public static long LengthBF16(int depth, int columns) => (long)Panels(columns) * BF16Pairs(depth) * Columns * BF16Pair;

    /// <summary>Elements of all panels; groups as for <see cref="PanelBytesS8"/>.</summary>
    public static long LengthS8(int groups, int columns) => (long)Panels(columns) * groups * Columns * ByteGroup;

    /// <summary>Bytes from the first weight of a panel's column 0 to that of <paramref name="column"/>, counted over all panels.</summary>
    public static nint ColumnOffset(int column, nint panelBytes) => (column / Columns * panelBytes) + (column % Columns * sizeof(float));
}

using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// Tiles over byte activations and weights of four bits with a scale for each group of rows: of a group the exact sum of products, then
/// sum = fma(float(exact), scale, sum), group after group. Weights of a group become bytes, once for all rows of a call, and a tile of the
/// byte family multiplies them.
/// </summary>
/// <remarks>The depth is one run from row 0 on; <see cref="Tile.Parameter"/> is the rows of a group, a multiple of <see cref="Block"/>,
/// up to <see cref="MostRows"/>.</remarks>
internal static unsafe class ByteGroupTile<V>
    where V : struct, IVectorF32<V>
{
    /// <summary>Rows whose sums fit into 16 bits whatever the bytes are: 16 · 2 · 8 · 255 / 2 = 32640 in each half of a lane.</summary>
    private const int Block = 32;

    private const int MostRows = 128;

    /// <summary>Columns of a call at most.</summary>
    private const int MostColumns = 8 * PanelLayout.Columns;

    /// <summary>The preferred byte tile whose registers are not wider.</summary>
    private static readonly TileKernel s_bytes = ByteKernels.Family.Rows.First(row =>
        row.IsAllowed && row.Width <= VectorWidths.WidthOf<V>() && row.Needs.Groups <= Block / PanelLayout.ByteGroup);

    /// <inheritdoc cref="Tile.Sum"/>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum(in Tile tile, byte** lhs, int rows, int column, int columns, in Depth depth, void* sums, int sumPitch)
    {
        int group = (int)tile.Parameter, inPanel = column % PanelLayout.Columns, vectors = (columns + V.Count - 1) / V.Count;
        sbyte* bytes = stackalloc sbyte[(MostRows * MostColumns) + PanelLayout.RowBytes];
        bytes += -(nint)bytes & (PanelLayout.RowBytes - 1);
        int* exact = stackalloc int[Tile.MaxSums];
        byte** x = stackalloc byte*[Tile.MaxRows];
        float* target = (float*)sums;
        for (int i = 0; i < rows * vectors; i++)
        {
            V.Store(V.Zero, target + (i / vectors * sumPitch) + (i % vectors * V.Count));
        }

        nint before = 0;
        for (int k = 0, taken; k < depth.Length; k += taken)
        {
            taken = Math.Min(group, depth.Length - k);
            bool second = k / group % 2 != 0;
            int lines = (taken + PanelLayout.NibbleRows - 1) / PanelLayout.NibbleRows, panelBytes = 2 * lines * PanelLayout.RowBytes;
            nint weights = before + PanelLayout.RowBytes + (second ? group / PanelLayout.NibbleRows * PanelLayout.RowBytes : 0);
            for (int first = column - inPanel, panel = 0; first < column + columns; first += PanelLayout.Columns, panel++)
            {
                NibblePanels.Unpack(tile.Weights(first) + weights, bytes + (panel * panelBytes), lines);
            }

            for (int row = 0; row < rows; row++)
            {
                x[row] = lhs[row] + k;
            }

            new Tile(s_bytes, bytes + (inPanel * sizeof(float)), panelBytes, Block)
                .Sum(x, rows, 0, columns, new Depth(PanelLayout.PaddedDepth(taken)), exact, sumPitch);
            for (int vector = 0; vector < vectors; vector++)
            {
                var both = V.Load((float*)(tile.Weights(column + (vector * V.Count)) + before));
                var scale = second ? V.HighHalf(both) : V.LowHalf(both);
                for (int row = 0; row < rows; row++)
                {
                    int at = (row * sumPitch) + (vector * V.Count);
                    V.Store(V.FusedMultiplyAdd(V.LoadInt32(exact + at), scale, V.Load(target + at)), target + at);
                }
            }

            before += second ? PanelLayout.PairBytes(2 * group, PanelLayout.NibbleRows) : 0;
        }
    }
}

using System.ComponentModel;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>In fp32: each element is summed over k in order, with fused multiply-adds.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly unsafe struct FloatAttention : IAttentionProduct
{
    nint IAttentionProduct.RoomBytes(int depth, int columns) =>
        (AddZero.Copies * sizeof(float)) + ((nint)PanelLayout.LengthF32(depth, columns) * sizeof(float));

    void IAttentionProduct.Prepare<V>(float* rhs, nint rowStride, nint columnStride, int depth, int columns, byte* room)
    {
        float* zeros = (float*)room, panel = zeros + AddZero.Copies;
        CopyBlocks.Fill(zeros, AddZero.Copies, 0);
        for (int column = 0; column < columns; column += PanelLayout.Columns, panel += (nint)depth * PanelLayout.Columns)
        {
            Panel<V>(rhs + (column * columnStride), rowStride, columnStride, depth, Math.Min(PanelLayout.Columns, columns - column), panel);
        }
    }

    void IAttentionProduct.Multiply<V>(float* lhs, nint pitch, int rows, int depth, int columns, byte* room, StoreF32 y)
    {
        nint rowBytes = pitch * sizeof(float);
        float* zeros = (float*)room;
        var tile = new Tile(ChosenTile<PanelF32>.Preferred, zeros + AddZero.Copies, PanelLayout.PanelBytesF32(depth));
        Product.Rectangle<V, MatrixRows, AddZero, Identity, StoreF32>(
            tile, new Depth(depth), rowBytes, new((byte*)lhs, rowBytes), 0, rows, 0, columns, new(zeros), default, y, 0);
    }

    private static void Panel<V>(float* rhs, nint rowStride, nint columnStride, int depth, int columns, float* panel)
        where V : struct, IVectorF32<V>
    {
        if (columns < PanelLayout.Columns)
        {
            CopyBlocks.Fill(panel, depth * PanelLayout.Columns, 0);
        }

        if (columnStride != 1)
        {
            CopyBlocks.Transposed((Bits32*)rhs, (Bits32*)panel, depth, columns, columnStride, PanelLayout.Columns);
            return;
        }

        for (int row = 0; row < depth; row++, rhs += rowStride, panel += PanelLayout.Columns)
        {
            for (int column = 0; column < columns; column += V.Count)
            {
                V.StorePartial(V.LoadPartial(rhs + column, Math.Min(V.Count, columns - column)), panel + column,
                    Math.Min(V.Count, columns - column));
            }
        }
    }
}

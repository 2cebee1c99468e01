using System.ComponentModel;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// In bytes: the left-hand side as q = clamp(rint(x / scale) + zero point, 0, maximum), the right-hand side as clamp(rint(x / rhsScale),
/// -127, 127); sums are exact in 32 bits. As <see cref="MatMul.U8S8"/>, or <see cref="MatMul.U7S8"/> where the maximum is 127.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly unsafe struct ByteAttention(float scale, int zeroPoint, int maximum, float rhsScale) : IAttentionProduct
{
    private const int ScaleBytes = 2 * DequantizePerTensor.Copies * sizeof(float);

    private Exactness Known => maximum <= 127 ? Exactness.SevenBit : Exactness.Any;

    nint IAttentionProduct.RoomBytes(int depth, int columns) => ScaleBytes + ((nint)PanelLayout.PaddedColumns(columns) * sizeof(int))
        + (nint)PanelLayout.LengthS8(PanelLayout.ByteGroups(depth), columns) + (Attention.BlockRows * (nint)PanelLayout.PaddedDepth(depth));

    void IAttentionProduct.Prepare<V>(float* rhs, nint rowStride, nint columnStride, int depth, int columns, byte* room)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(depth, MatMul.MaxByteDepth);
        var scales = (float*)room;
        CopyBlocks.Fill(scales, DequantizePerTensor.Copies, scale * rhsScale);
        CopyBlocks.Fill(scales + DequantizePerTensor.Copies, DequantizePerTensor.Copies, 0);
        var panels = (sbyte*)(room + ScaleBytes);
        var compensation = (int*)(panels + PanelLayout.LengthS8(PanelLayout.ByteGroups(depth), columns));
        new BytePanels(rhs, checked((int)rowStride), checked((int)columnStride), depth, columns, rhsScale, zeroPoint, panels, compensation)
            .Run<V>();
    }

    void IAttentionProduct.Multiply<V>(float* lhs, nint pitch, int rows, int depth, int columns, byte* room, StoreF32 y)
    {
        int padded = PanelLayout.PaddedDepth(depth), groups = PanelLayout.ByteGroups(depth);
        var scales = (float*)room;
        var panels = (sbyte*)(room + ScaleBytes);
        var compensation = (int*)(panels + PanelLayout.LengthS8(groups, columns));
        byte* quantized = (byte*)(compensation + PanelLayout.PaddedColumns(columns));
        new Quantize.Rows(lhs, pitch, new(new(quantized), padded, scale, zeroPoint, maximum), depth).Run<V>(0, rows);
        Product.Rectangle<V, MatrixRows, DequantizePerTensor, Identity, StoreF32>(
            Tile.OfBytes(ChosenByteTiles.For(Known), Known, panels, groups), new Depth(padded), padded, new(quantized, padded),
            0, rows, 0, columns, new(compensation, scales, scales + DequantizePerTensor.Copies), default, y, 0);
    }
}

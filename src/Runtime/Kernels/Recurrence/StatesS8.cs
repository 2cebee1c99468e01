using System.ComponentModel;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// sums = float(codes · R + correction) · scale, the sum in brackets exact in 32 bits; codes of the states are 0…maximum on the grid step · (code − zeroPoint).
/// r [Gates][⌈Hidden/16⌉][⌈Hidden/4⌉][16][4] in [−127, 127], zero from Hidden on; correction and scale [Gates·16·⌈Hidden/16⌉]; codes: room for
/// [Batch, 4·⌈Hidden/4⌉]; maximum ≤ 255, and up to 127 it allows faster instructions on some machines.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly unsafe struct StatesS8(Pointer<sbyte> r, Pointer<int> correction, Pointer<float> scale, Pointer<byte> codes, float step, int zeroPoint, int maximum) : IStateProduct
{
    public void Run<V>(float* states, float* sums, int batch, int hidden, int begin, int end, int columns)
        where V : struct, IVectorF32<V>
    {
        int depth = PanelLayout.PaddedDepth(hidden);
        new Quantize.Rows(states, new StoreU8(codes, depth, step, zeroPoint, maximum), batch, hidden).Run<V>();
        ByteKernels.Run(ByteKernels.Preferred, maximum <= 127 ? 1 : 0, r.Address, PanelLayout.PanelBytesS8(PanelLayout.ByteGroups(hidden)),
            new Product(codes.Address, depth, batch, begin, end, new(correction.Address, scale.Address), sums, columns));
    }

    private readonly struct Product(byte* codes, int depth, int batch, int begin, int end, ColumnScaleFinish finish, float* sums, int columns) : IByteProduct
    {
        public void Run<V, TTile>(TTile tile)
            where V : struct, IVectorF32<V>
            where TTile : struct, ITile =>
            Kernels.Product.Run<V, TTile, MatrixRows, ColumnScaleFinish, Identity, StoreF32>(
                tile, new Depth(depth), depth, new(codes, depth), batch, begin, end, finish, default, new(new(sums), columns), 0);
    }
}

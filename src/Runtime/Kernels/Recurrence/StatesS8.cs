using System.ComponentModel;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// sums = float(quantized states · R + compensation) · scale, the sum in brackets exact in 32 bits; quantized states are q in 0…maximum for
/// step · (q − zeroPoint).
/// r [Gates][⌈Hidden/16⌉][⌈Hidden/4⌉][16][4] in [−127, 127], zero from Hidden on; compensation and scale [Gates·16·⌈Hidden/16⌉]; quantized:
/// room for
/// [Batch, 4·⌈Hidden/4⌉]; maximum ≤ 255, and up to 127 it allows faster instructions on some machines.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly unsafe struct StatesS8(Pointer<sbyte> r, Pointer<int> compensation, Pointer<float> scale, Pointer<byte> quantized,
    float step, int zeroPoint, int maximum) : IStateProduct
{
    public void Run<V>(float* states, float* sums, int batch, int hidden, int begin, int end, int columns)
        where V : struct, IVectorF32<V>
    {
        int depth = PanelLayout.PaddedDepth(hidden);
        new Quantize.Rows(states, hidden, new StoreU8(quantized, depth, step, zeroPoint, maximum), hidden).Run<V>(0, batch);
        var known = maximum <= 127 ? Exactness.SevenBit : Exactness.Any;
        var kernel = ChosenByteTiles.For(known);
        VectorWidths.Run(kernel.Epilogue, new Product(
            Tile.OfBytes(kernel, known, r.Address, PanelLayout.ByteGroups(hidden)), quantized.Address, depth, batch, begin, end,
            new(compensation.Address, scale.Address), sums, columns));
    }

    private readonly struct Product(
        Tile tile, byte* quantized, int depth, int batch, int begin, int end, DequantizePerColumn epilogue, float* sums, int columns)
            : IVectorCode
    {
        public void Run<V>()
            where V : struct, IVectorF32<V> =>
            Kernels.Product.Run<V, MatrixRows, DequantizePerColumn, Identity, StoreF32>(
                tile, new Depth(depth), depth, new(quantized, depth), batch, begin, end, epilogue, default, new(new(sums), columns), 0);
    }
}

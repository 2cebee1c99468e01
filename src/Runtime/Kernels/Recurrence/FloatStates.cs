using System.ComponentModel;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>r [Gates][⌈Hidden/16⌉][Hidden][16] float.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly unsafe struct StatesF32(Pointer<float> r) : IStateProduct
{
    public void Run<V>(float* states, float* sums, int batch, int hidden, int begin, int end, int columns)
        where V : struct, IVectorF32<V> =>
        FloatStates<PanelF32>.Run<V>((byte*)r.Address, PanelF32.PanelBytes(hidden), states, sums, batch, hidden, begin, end, columns);
}

/// <summary>r [Gates][⌈Hidden/16⌉][⌈Hidden/2⌉][16][2] bfloat16, the even row first.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly unsafe struct StatesBF16(Pointer<ushort> r) : IStateProduct
{
    public void Run<V>(float* states, float* sums, int batch, int hidden, int begin, int end, int columns)
        where V : struct, IVectorF32<V> =>
        FloatStates<PanelBF16>.Run<V>((byte*)r.Address, PanelBF16.PanelBytes(hidden), states, sums, batch, hidden, begin, end, columns);
}

/// <summary>r [Gates][⌈Hidden/16⌉][⌈Hidden/2⌉][16][2] half precision, the even row first.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly unsafe struct StatesF16(Pointer<ushort> r) : IStateProduct
{
    public void Run<V>(float* states, float* sums, int batch, int hidden, int begin, int end, int columns)
        where V : struct, IVectorF32<V> =>
        FloatStates<PanelF16>.Run<V>((byte*)r.Address, PanelF16.PanelBytes(hidden), states, sums, batch, hidden, begin, end, columns);
}

/// <summary>Samples are the rows of the product.</summary>
internal static unsafe class FloatStates<TWeights>
    where TWeights : struct, IWeightRows
{
    public static void Run<V>(byte* r, nint panelBytes, float* states, float* sums, int batch, int hidden, int begin, int end, int columns)
        where V : struct, IVectorF32<V> =>
        Product.Run<V, MatrixRows, RawSum, Identity, StoreF32>(
            new Tile(ChosenTile<TWeights>.UpTo(VectorWidths.WidthOf<V>()), r, panelBytes), new Depth(hidden), (nint)hidden * sizeof(float),
            new((byte*)states, (nint)hidden * sizeof(float)), batch, begin, end, default, default, new(new(sums), columns), 0);
}

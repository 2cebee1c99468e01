using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// Unsigned bytes q = clamp(rint(v / scale) + zeroPoint, 0, max), NaN as 0; <paramref name="stride"/> bytes from row to row.
/// The same numbers as <see cref="Quantize"/>. max is 255, or 127 for 7-bit activations.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly unsafe struct StoreU8(Pointer<byte> y, int stride, float scale, int zeroPoint, int max) : IStore
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write<V>(V value, nint row, int column, int n)
        where V : struct, IVectorF32<V> =>
        V.StoreBytes(Quantized(value), y.Address + (row * stride) + column, n);

    /// <summary><paramref name="value"/> quantized, as integral lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal V Quantized<V>(V value)
        where V : struct, IVectorF32<V>
    {
        // A division, not a product with 1/scale: the two differ in the last place and the definition divides.
        var high = V.Broadcast(max);
        var quantized = V.Round(value / V.Broadcast(scale)) + V.Broadcast(zeroPoint);
        quantized = V.Select(V.GreaterThan(quantized, V.Zero), quantized, V.Zero);
        return V.Select(V.LessThan(quantized, high), quantized, high);
    }
}

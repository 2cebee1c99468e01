using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// Unsigned bytes q = clamp(rint(v / scale) + zeroPoint, 0, max), NaN as 0; <paramref name="stride"/> bytes from row to row.
/// The same numbers as <see cref="Quantize"/>. max is 255, or 127 for 7-bit activations.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly unsafe struct StoreU8(Pointer<byte> y, int stride, float scale, int zeroPoint, int max) : IStore
{
    /// <summary>
    /// Scales from here to its reciprocal have a reciprocal that is a normal number, and remainders of quotients from 1/4 on that are
    /// exact.
    /// </summary>
    private const float SmallestOrdinary = 1f / (1L << 60);

    // The values of the ends: what lies beyond them has their codes, so that quotients are ordinary numbers.
    private readonly float lowest = -zeroPoint * scale, highest = (max - zeroPoint) * scale, zero = zeroPoint, largest = max;
    private readonly float reciprocal = scale is >= SmallestOrdinary and <= 1 / SmallestOrdinary ? 1 / scale : 0;
    private readonly nint pitch = stride;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write<V>(V value, nint row, int column, int n)
        where V : struct, IVectorF32<V> =>
        V.StoreBytes(Quantized(value), y.Address + (row * pitch) + column, n);

    bool IStore.TryDescribe(ref MachineStore store)
    {
        if ((store.Form & EpilogueForm.Bytes) != 0 || reciprocal == 0)
        {
            return false;
        }

        store.Form |= EpilogueForm.Bytes;
        store.Bytes = y.Address;
        store.BytesPitch = pitch;
        store.Codes = new()
        {
            FirstValue = lowest, LastValue = highest, Reciprocal = reciprocal, NegativeScale = -scale, ZeroPoint = zeroPoint,
        };
        return true;
    }

    /// <summary><paramref name="value"/> quantized, as integral lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal V Quantized<V>(V value)
        where V : struct, IVectorF32<V>
    {
        if (V.Count < 8 || reciprocal == 0)
        {
            // Narrow registers may have no fused multiply-add.
            var quantized = V.Round(value / V.Broadcast(scale)) + V.Broadcast(zero);
            return V.IfLess(V.IfGreater(quantized, V.Zero), V.Broadcast(largest));
        }

        var inside = V.IfLess(V.IfGreater(value, V.Broadcast(lowest)), V.Broadcast(highest));
        return V.Round(Quotient(inside)) + V.Broadcast(zero);
    }

    /// <summary>inside / scale, rounded once, or such that the nearest integer is the same.</summary>
    /// <remarks>
    /// The definition divides, and a product with 1 / scale differs in the last place, which decides ties. But a quotient that is off by
    /// less than one unit in the last place becomes the rounded one when the remainder times the rounded reciprocal is added
    /// (P. Markstein, Computation of elementary functions on the IBM RISC System/6000 processor, 1990, theorem on division). The product
    /// may be off by two, which leaves an error of 2⁻⁴⁶ before the last rounding: it could decide beside ties alone, and a test tries every
    /// quotient there is so close to one. Three instructions of the multiply-add units take less time than the division.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private V Quotient<V>(V inside)
        where V : struct, IVectorF32<V>
    {
        var (r, s) = (V.Broadcast(reciprocal), V.Broadcast(-scale));
        var quotient = inside * r;
        return V.FusedMultiplyAdd(V.FusedMultiplyAdd(quotient, s, inside), r, quotient);
    }
}

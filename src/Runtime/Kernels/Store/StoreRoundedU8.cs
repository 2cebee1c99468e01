using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// Unsigned bytes q = clamp(rint(v), first, last); <paramref name="stride"/> bytes from row to row. The values come in units of the
/// output's scale and with its zero point: a product of bytes has both in its scales and biases, so that nothing is divided. The range is
/// that of the activation behind the product. No value is NaN: sums are integers, scales and biases finite.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly unsafe struct StoreRoundedU8(Pointer<byte> y, int stride, int first, int last) : IStore
{
    private readonly float lowest = first, highest = last;
    private readonly nint pitch = stride;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write<V>(V value, nint row, int column, int n)
        where V : struct, IVectorF32<V> =>
        V.StoreBytes(
            V.Round(V.IfLess(V.IfGreater(value, V.Broadcast(lowest)), V.Broadcast(highest))), y.Address + (row * pitch) + column, n);

    bool IStore.TryDescribe(ref MachineStore store)
    {
        if (store.Form != EpilogueForm.None)
        {
            return false;
        }

        store.Form = EpilogueForm.Rounded;
        store.Bytes = y.Address;
        store.BytesPitch = pitch;
        (store.Lowest, store.Highest) = (lowest, highest);
        return true;
    }
}

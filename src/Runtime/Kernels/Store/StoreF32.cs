using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>Single precision; <paramref name="stride"/> elements from row to row.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly unsafe struct StoreF32(Pointer<float> y, int stride) : IStore
{
    private readonly nint pitch = stride;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write<V>(V value, nint row, int column, int n)
        where V : struct, IVectorF32<V> =>
        V.StorePartial(value, y.Address + (row * pitch) + column, n);

    bool IStore.TryDescribe(ref MachineStore store)
    {
        if ((store.Form & EpilogueForm.Floats) != 0)
        {
            return false;
        }

        store.Form |= EpilogueForm.Floats;
        store.Floats = y.Address;
        store.FloatsPitch = pitch * sizeof(float);
        return true;
    }
}

using System.ComponentModel;
using System.Runtime.CompilerServices;
using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>Adds what lies at the same place of another matrix, then applies a function, then stores.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class StoreSum
{
    /// <param name="addend">
    /// Of the matrix's size, rows <paramref name="stride"/> elements apart; not what <paramref name="store"/> writes.
    /// </param>
    /// <param name="stride">At least the columns of the matrix.</param>
    /// <param name="activation">Of the sum.</param>
    /// <param name="store">Where it goes.</param>
    public static StoreSum<TActivation, TStore> Of<TActivation, TStore>(
        Pointer<float> addend, int stride, TActivation activation, TStore store)
        where TActivation : struct, IUnaryFunction
        where TStore : struct, IStore => new(addend, stride, activation, store);
}

/// <inheritdoc cref="StoreSum"/>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly unsafe struct StoreSum<TActivation, TStore>(Pointer<float> addend, int stride, TActivation activation, TStore store)
    : IStore
    where TActivation : struct, IUnaryFunction
    where TStore : struct, IStore
{
    private readonly nint pitch = stride;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write<V>(V value, nint row, int column, int n)
        where V : struct, IVectorF32<V> =>
        store.Write(activation.Invoke(value + V.LoadPartial(addend.Address + (row * pitch) + column, n)), row, column, n);

    bool IStore.TryDescribe(ref MachineStore outer)
    {
        if (outer.Form != EpilogueForm.None || !MachineEpilogue.TryBounds(activation, out outer.Lowest, out outer.Highest))
        {
            return false;
        }

        outer.Form = EpilogueForm.Sum;
        outer.Addend = addend.Address;
        outer.AddendPitch = pitch * sizeof(float);
        return store.TryDescribe(ref outer);
    }
}

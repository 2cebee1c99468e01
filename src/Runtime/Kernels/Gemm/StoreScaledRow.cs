using System.Runtime.CompilerServices;
using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// From sums of a row's bytes with the compensation of zero point 128 to values, and on:
/// store(activation(fma(fma(compensation, rest, sum) · scale, scale of the row, bias))), see <see cref="RowScale"/>.
/// </summary>
/// <param name="rows">The one of row 0.</param>
/// <param name="pitch">Bytes from row to row.</param>
/// <param name="terms">Of each column.</param>
/// <param name="activation">Applied to each value.</param>
/// <param name="store">Where results go.</param>
internal readonly unsafe struct StoreScaledRow<TActivation, TStore>(
    byte* rows, nint pitch, DequantizeAddBias terms, TActivation activation, TStore store) : IStore
    where TActivation : struct, IUnaryFunction
    where TStore : struct, IStore
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write<V>(V value, nint row, int column, int n)
        where V : struct, IVectorF32<V>
    {
        var own = (RowScale*)(rows + (row * pitch));
        var sum = V.FusedMultiplyAdd(V.LoadInt32(terms.Compensation + column), V.Broadcast(own->Rest), value);
        var result = V.FusedMultiplyAdd(sum * V.Load(terms.Scale + column), V.Broadcast(own->Scale), V.Load(terms.Bias + column));
        store.Write(activation.Invoke(result), row, column, n);
    }

    bool IStore.TryDescribe(ref MachineStore outer) => false;
}

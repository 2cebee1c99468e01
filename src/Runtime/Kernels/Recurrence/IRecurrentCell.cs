using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>What one sample does in one time step, once the products with its hidden state are there.</summary>
internal unsafe interface IRecurrentCell
{
    static abstract int Gates { get; }

    /// <summary>
    /// True when the last gate's product is with a reset state that depends on the other gates, so that it comes after them.
    /// </summary>
    static abstract bool Resets { get; }

    /// <summary>Writes the reset state; only where <see cref="Resets"/>.</summary>
    void Reset<V>(in RecurrentRow row)
        where V : struct, IVectorF32<V>;

    /// <summary>Writes the new state over the old one, and the output.</summary>
    void Update<V>(in RecurrentRow row)
        where V : struct, IVectorF32<V>;
}

/// <summary>The memory of one sample in one time step.</summary>
/// <param name="hidden">Elements of the state.</param>
/// <param name="pitch">Elements from gate to gate of <see cref="Sums"/>: Hidden rounded up to whole panels.</param>
/// <param name="x">[Gates][Hidden]: the input's part of each gate, bias included.</param>
/// <param name="sums">[Gates][Pitch]: the state's part of each gate.</param>
/// <param name="h">The hidden state.</param>
/// <param name="c">The cell state of an LSTM; for a reset state, room for it.</param>
/// <param name="y">The output.</param>
internal readonly unsafe ref struct RecurrentRow(int hidden, int pitch, float* x, float* sums, float* h, float* c, float* y)
{
    public readonly int Hidden = hidden;
    public readonly int Pitch = pitch;
    public readonly float* X = x, Sums = sums, H = h, C = c, Y = y;
}

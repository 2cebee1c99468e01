using System.ComponentModel;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>How one of the two products of an attention is computed, for one head after another.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public unsafe interface IAttentionProduct
{
    /// <summary>Bytes that it needs beside its operands.</summary>
    internal nint RoomBytes(int depth, int columns);

    /// <summary>Prepares the right-hand side of a head.</summary>
    /// <param name="rhs">Its first element.</param>
    /// <param name="rowStride">Floats from row to row; this or the next one is 1.</param>
    /// <param name="columnStride">Floats from column to column.</param>
    /// <param name="depth">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="room">As many bytes as <see cref="RoomBytes"/> says, at a multiple of 64.</param>
    internal void Prepare<V>(float* rhs, nint rowStride, nint columnStride, int depth, int columns, byte* room)
        where V : struct, IVectorF32<V>;

    /// <summary>y = lhs · rhs for at most <see cref="Attention.BlockRows"/> rows.</summary>
    /// <param name="lhs">Row 0.</param>
    /// <param name="pitch">Floats from row to row.</param>
    /// <param name="rows">Of both.</param>
    /// <param name="depth">Floats of a left row.</param>
    /// <param name="columns">Those of the right-hand side, or as many as its panels have: the others become numbers.</param>
    /// <param name="room">Has what was prepared.</param>
    /// <param name="y">Where results go.</param>
    internal void Multiply<V>(float* lhs, nint pitch, int rows, int depth, int columns, byte* room, StoreF32 y)
        where V : struct, IVectorF32<V>;
}

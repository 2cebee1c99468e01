using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// Matrices of floats, one for each head of each sequence, that lie at fixed distances, which are in elements.
/// </summary>
/// <param name="address">Of the first element.</param>
/// <param name="sequence">0 where all sequences have the same one.</param>
/// <param name="head">0 where all heads have the same one.</param>
/// <param name="row">0 where all rows are the same.</param>
/// <param name="column">1, but for keys, of which either this or the distance of rows is.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly unsafe struct AttentionOperand(Pointer<float> address, int sequence, int head, int row, int column)
{
    /// <summary>From row to row.</summary>
    internal int Row => row;

    /// <summary>From column to column.</summary>
    internal int Column => column;

    internal bool Exists => address.Address != null;

    internal float* At(int sequenceIndex, int headIndex) =>
        address.Address + ((nint)sequenceIndex * sequence) + ((nint)headIndex * head);
}

using System.ComponentModel;

namespace MixPrec.Runtime;

/// <summary>
/// Sums up how much workspace the buffers of a plan need for given dimensions. Generated code places every buffer; overlaps are allowed,
/// since buffers
/// that are never alive together share memory.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public struct WorkspaceExtent
{
    /// <summary>Bytes from the start of the workspace to the end of the last buffer, a multiple of 64.</summary>
    public long Bytes { get; private set; }

    /// <summary>
    /// Records a buffer of <paramref name="elements"/> elements of <paramref name="elementBytes"/> bytes at <paramref name="offset"/>.
    /// </summary>
    /// <param name="offset">Bytes, ≥ 0 and a multiple of 64.</param>
    /// <param name="elements">0 … 2^31 - 1, the range of the kernels' indices.</param>
    /// <param name="elementBytes">1 … 16.</param>
    /// <exception cref="OverflowException">An offset or a number of elements is out of range; a session reports it with the dimensions that
    /// cause it.</exception>
    public void Place(long offset, long elements, int elementBytes)
    {
        if (offset < 0 || offset % AlignedMemory.Alignment != 0)
        {
            throw new OverflowException($"a buffer would begin at byte {offset}");
        }
        if (elements is < 0 or > int.MaxValue)
        {
            throw new OverflowException($"a buffer would have {elements} elements, and {int.MaxValue} is the most");
        }
        Bytes = Math.Max(Bytes, AlignedMemory.RoundUp(checked(offset + elements * elementBytes)));
    }

    /// <summary>
    /// Reserves <paramref name="bytes"/> bytes after everything recorded so far and returns their offset, a multiple of 64.
    /// </summary>
    /// <exception cref="OverflowException">A negative number of bytes, or too many.</exception>
    public long Append(long bytes)
    {
        if (bytes < 0)
        {
            throw new OverflowException($"a buffer would have {bytes} bytes");
        }
        long offset = Bytes;
        Bytes = AlignedMemory.RoundUp(checked(offset + bytes));
        return offset;
    }
}

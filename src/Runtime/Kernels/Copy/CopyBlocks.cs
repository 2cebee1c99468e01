using System.Runtime.CompilerServices;

namespace MixPrec.Runtime.Kernels;

/// <summary>The two inner loops of copies that are worth their own code: a run, and a matrix that changes its order.</summary>
internal static unsafe class CopyBlocks
{
    /// <summary>Rows and columns of a block: 16 rows of 4-byte elements are one cache line each on either side.</summary>
    private const int Block = 16;

    /// <summary>Copies <paramref name="length"/> neighbours.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<T>(T* source, T* target, int length)
        where T : unmanaged
    {
        // Below some 8 elements the call into the memory copy costs more than the loop.
        if (length > 8)
        {
            Buffer.MemoryCopy(source, target, (long)length * sizeof(T), (long)length * sizeof(T));
            return;
        }

        for (int i = 0; i < length; i++)
        {
            target[i] = source[i];
        }
    }

    /// <summary>target[r·targetStride + c] = source[c·sourceStride + r], in blocks that stay in the first-level cache.</summary>
    public static void Transposed<T>(T* source, T* target, int rows, int columns, nint sourceStride, nint targetStride)
        where T : unmanaged
    {
        for (int row = 0; row < rows; row += Block)
        {
            int height = Math.Min(Block, rows - row);
            for (int column = 0; column < columns; column += Block)
            {
                int width = Math.Min(Block, columns - column);
                T* from = source + (column * sourceStride) + row;
                T* to = target + (row * targetStride) + column;
                for (int r = 0; r < height; r++)
                {
                    for (int c = 0; c < width; c++)
                    {
                        to[(r * targetStride) + c] = from[(c * sourceStride) + r];
                    }
                }
            }
        }
    }
}

using System.ComponentModel;
using System.Numerics;

namespace MixPrec.Runtime.Kernels;

/// <summary>y[b, t, n] = x[b, indices[b, t, 0], …, indices[b, t, k - 1], n], negative indices counting from the end of their axis</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class GatherND
{
    /// <summary>
    /// x is dense [batch, lengths…, inner], indices [batch, tuples, k] with k entries of <paramref name="lengths"/>, y [batch, tuples,
    /// inner].
    /// </summary>
    /// <exception cref="IndexOutOfRangeException">An index is outside its axis; y is then written in part.</exception>
    public static void Run<T, TIndex>(Pointer<T> x, Pointer<TIndex> indices, Pointer<T> y, int batch, int tuples, ReadOnlySpan<int> lengths,
        int inner)
        where T : unmanaged
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        TIndex* tuple = indices.Address;
        T* target = y.Address;
        for (int b = 0; b < batch; b++)
        {
            for (int t = 0; t < tuples; t++, tuple += lengths.Length, target += inner)
            {
                nint position = b;
                for (int i = 0; i < lengths.Length; i++)
                {
                    position = (position * lengths[i]) + AxisIndex.Resolve(tuple[i], lengths[i], nameof(GatherND));
                }

                CopyBlocks.Run(x.Address + (position * inner), target, inner);
            }
        }
    }
}

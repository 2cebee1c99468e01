using System.ComponentModel;
using System.Numerics;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = x, then for every t in order: y[indices[t, 0], …, indices[t, k - 1], n] = updates[t, n], or joined with it</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class ScatterND
{
    /// <summary>
    /// x and y are dense [lengths…, inner], not the same memory; indices [tuples, k] with k entries of <paramref name="lengths"/>, updates
    /// [tuples, inner].
    /// Of equal indices the last ones count.
    /// </summary>
    /// <exception cref="IndexOutOfRangeException">An index is outside its axis; y is then written in part.</exception>
    public static void Run<T, TIndex>(Pointer<T> x, Pointer<TIndex> indices, Pointer<T> updates, Pointer<T> y, int tuples,
        ReadOnlySpan<int> lengths, int inner)
        where T : unmanaged
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        CopyAll(x, y, lengths, inner);
        for (int t = 0; t < tuples; t++)
        {
            CopyBlocks.Run(updates.Address + ((nint)t * inner), y.Address + Offset(indices.Address, t, lengths, inner), inner);
        }
    }

    /// <summary>
    /// Each update becomes <paramref name="function"/> of what lies there and itself; of equal indices all count, in order.
    /// </summary>
    /// <inheritdoc cref="Run{T, TIndex}"/>
    public static void Join<TFunction, T, TIndex>(
        TFunction function, Pointer<T> x, Pointer<TIndex> indices, Pointer<T> updates, Pointer<T> y, int tuples, ReadOnlySpan<int> lengths,
            int inner)
        where TFunction : struct, IBinaryFunction
        where T : unmanaged, INumber<T>
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        CopyAll(x, y, lengths, inner);
        T* update = updates.Address;
        for (int t = 0; t < tuples; t++, update += inner)
        {
            T* target = y.Address + Offset(indices.Address, t, lengths, inner);
            for (int i = 0; i < inner; i++)
            {
                target[i] = function.Invoke(target[i], update[i]);
            }
        }
    }

    private static nint Offset<TIndex>(TIndex* indices, int tuple, ReadOnlySpan<int> lengths, int inner)
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        nint position = 0;
        for (int i = 0; i < lengths.Length; i++)
        {
            position = (position * lengths[i]) + AxisIndex.Resolve(indices[((nint)tuple * lengths.Length) + i], lengths[i],
                nameof(ScatterND));
        }

        return position * inner;
    }

    private static void CopyAll<T>(Pointer<T> x, Pointer<T> y, ReadOnlySpan<int> lengths, int inner)
        where T : unmanaged
    {
        int length = inner;
        foreach (int size in lengths)
        {
            length = checked(length * size);
        }

        CopyBlocks.Run(x.Address, y.Address, length);
    }
}

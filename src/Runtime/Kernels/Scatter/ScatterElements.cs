using System.ComponentModel;
using System.Numerics;

namespace MixPrec.Runtime.Kernels;

/// <summary>y = x, then for every i… in order: y[i… with indices[i…] in the place of one axis] = updates[i…], or joined with it</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class ScatterElements
{
    /// <summary>
    /// x and y are dense of <paramref name="shape"/>, not the same memory; indices and updates are dense of <paramref name="indexShape"/>
    /// (1 to 8 axes), which is
    /// nowhere longer than x but along <paramref name="axis"/>. Of equal indices the last one counts.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    /// <exception cref="IndexOutOfRangeException">An index is outside the axis; y is then written in part.</exception>
    public static void Run<T, TIndex>(Pointer<T> x, Pointer<TIndex> indices, Pointer<T> updates, Pointer<T> y, ReadOnlySpan<int> shape,
        ReadOnlySpan<int> indexShape, int axis)
        where T : unmanaged
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        var rows = ElementRows.Create(shape, indexShape, axis);
        CopyAll(x, y, shape);
        nint to = 0, at = 0;
        while (rows.HasRow)
        {
            for (int i = 0; i < rows.Length; i++)
            {
                int position = AxisIndex.Resolve(indices.Address[at + i], rows.AxisLength, nameof(ScatterElements));
                y.Address[to + (i * rows.Step) + (position * rows.AxisStride)] = updates.Address[at + i];
            }

            rows.Advance(ref to, ref at);
        }
    }

    /// <summary>
    /// Each update becomes <paramref name="function"/> of what lies there and itself; of equal indices all count, in order.
    /// </summary>
    /// <inheritdoc cref="Run{T, TIndex}"/>
    public static void Join<TFunction, T, TIndex>(
        TFunction function, Pointer<T> x, Pointer<TIndex> indices, Pointer<T> updates, Pointer<T> y, ReadOnlySpan<int> shape,
            ReadOnlySpan<int> indexShape, int axis)
        where TFunction : struct, IBinaryFunction
        where T : unmanaged, INumber<T>
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        var rows = ElementRows.Create(shape, indexShape, axis);
        CopyAll(x, y, shape);
        nint to = 0, at = 0;
        while (rows.HasRow)
        {
            for (int i = 0; i < rows.Length; i++)
            {
                int position = AxisIndex.Resolve(indices.Address[at + i], rows.AxisLength, nameof(ScatterElements));
                T* target = y.Address + to + (i * rows.Step) + (position * rows.AxisStride);
                *target = function.Invoke(*target, updates.Address[at + i]);
            }

            rows.Advance(ref to, ref at);
        }
    }

    private static void CopyAll<T>(Pointer<T> x, Pointer<T> y, ReadOnlySpan<int> shape)
        where T : unmanaged
    {
        int length = 1;
        foreach (int size in shape)
        {
            length = checked(length * size);
        }

        CopyBlocks.Run(x.Address, y.Address, length);
    }
}

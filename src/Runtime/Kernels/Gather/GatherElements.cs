using System.ComponentModel;
using System.Numerics;

namespace MixPrec.Runtime.Kernels;

/// <summary>y[i…] = x[i… with indices[i…] in the place of one axis], a negative index counting from the end of that axis</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class GatherElements
{
    /// <summary>
    /// x is dense of <paramref name="shape"/>; indices and y are dense of <paramref name="indexShape"/> (1 to 8 axes), which is nowhere
    /// longer than x but along <paramref name="axis"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    /// <exception cref="IndexOutOfRangeException">An index is outside the axis; y is then written in part.</exception>
    public static void Run<T, TIndex>(Pointer<T> x, Pointer<TIndex> indices, Pointer<T> y, ReadOnlySpan<int> shape,
        ReadOnlySpan<int> indexShape, int axis)
        where T : unmanaged
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        var rows = ElementRows.Create(shape, indexShape, axis);
        nint from = 0, at = 0;
        while (rows.HasRow)
        {
            for (int i = 0; i < rows.Length; i++)
            {
                int position = AxisIndex.Resolve(indices.Address[at + i], rows.AxisLength, nameof(GatherElements));
                y.Address[at + i] = x.Address[from + (i * rows.Step) + (position * rows.AxisStride)];
            }

            rows.Advance(ref from, ref at);
        }
    }
}

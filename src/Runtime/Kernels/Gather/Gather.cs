using System.ComponentModel;
using System.Numerics;

namespace MixPrec.Runtime.Kernels;

/// <summary>y[o, j, n] = x[o, indices[j], n], a negative index counting from the end of the axis</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Gather
{
    /// <summary>
    /// x is dense [outer, axisLength, inner], indices have <paramref name="indexCount"/> elements, y is dense [outer, indexCount, inner].
    /// </summary>
    /// <exception cref="IndexOutOfRangeException">An index is not in [-axisLength, axisLength); y is then written in part.</exception>
    public static void Run<T, TIndex>(Pointer<T> x, Pointer<TIndex> indices, Pointer<T> y, int outer, int axisLength, int indexCount,
        int inner)
        where T : unmanaged
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        T* source = x.Address, target = y.Address;
        for (int o = 0; o < outer; o++, source += (nint)axisLength * inner)
        {
            for (int j = 0; j < indexCount; j++, target += inner)
            {
                int position = AxisIndex.Resolve(indices.Address[j], axisLength, nameof(Gather));
                CopyBlocks.Run(source + ((nint)position * inner), target, inner);
            }
        }
    }
}

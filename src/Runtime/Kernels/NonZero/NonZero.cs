using System.ComponentModel;
using System.Numerics;

namespace MixPrec.Runtime.Kernels;

/// <summary>y[d, n] = index along axis d of the n-th element of x that is not zero, in row-major order</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class NonZero
{
    /// <summary>
    /// x is dense of <paramref name="shape"/> (1 to 8 axes); y is dense [rank, count] and needs room for [rank, elements of x]. NaN is not
    /// zero.
    /// </summary>
    /// <returns>count</returns>
    public static int Run<T>(Pointer<T> x, Pointer<long> y, ReadOnlySpan<int> shape)
        where T : unmanaged, INumberBase<T>
    {
        int length = 1;
        foreach (int size in shape)
        {
            length = checked(length * size);
        }

        int count = 0;
        for (int i = 0; i < length; i++)
        {
            count += T.IsZero(x.Address[i]) ? 0 : 1;
        }

        for (int i = 0, n = 0; n < count; i++)
        {
            if (T.IsZero(x.Address[i]))
            {
                continue;
            }

            for (int d = shape.Length - 1, rest = i; d >= 0; d--)
            {
                (rest, y.Address[((nint)d * count) + n]) = (rest / shape[d], rest % shape[d]);
            }

            n++;
        }

        return count;
    }
}

using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>y[i…] = condition[i…] ? a[i…] : b[i…] with broadcasting</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Where
{
    /// <summary>
    /// Strides in elements, one for each axis of <paramref name="shape"/> (at most 8), 0 where an operand is broadcast. y is dense.
    /// </summary>
    /// <exception cref="ArgumentException">More than 8 axes.</exception>
    public static void Run<T>(
        Pointer<bool> condition, Pointer<T> a, Pointer<T> b, Pointer<T> y,
        ReadOnlySpan<int> shape, ReadOnlySpan<int> conditionStrides, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides)
        where T : unmanaged
    {
        if (shape.Length > StridedAxes.MaxRank)
        {
            throw new ArgumentException($"{shape.Length} axes; at most {StridedAxes.MaxRank} are possible.", nameof(shape));
        }

        Span<int> index = stackalloc int[StridedAxes.MaxRank];
        index.Clear();
        nint count = 1, c = 0, left = 0, right = 0;
        foreach (int size in shape)
        {
            count *= size;
        }

        for (nint i = 0; i < count; i++)
        {
            y.Address[i] = condition.Address[c] ? a.Address[left] : b.Address[right];
            for (int axis = shape.Length - 1; axis >= 0; axis--)
            {
                c += conditionStrides[axis];
                left += aStrides[axis];
                right += bStrides[axis];
                if (++index[axis] < shape[axis])
                {
                    break;
                }

                index[axis] = 0;
                c -= (nint)conditionStrides[axis] * shape[axis];
                left -= (nint)aStrides[axis] * shape[axis];
                right -= (nint)bStrides[axis] * shape[axis];
            }
        }
    }
}

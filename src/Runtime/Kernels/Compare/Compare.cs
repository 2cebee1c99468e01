using System.ComponentModel;
using System.Numerics;

namespace MixPrec.Runtime.Kernels;

/// <summary>y[i…] = predicate(a[i…], b[i…]) with broadcasting; comparisons with NaN are false</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Compare
{
    /// <summary>
    /// Strides in elements, one for each axis of <paramref name="shape"/> (at most 8), 0 where an operand is broadcast. y is dense.
    /// </summary>
    public static void Run<TPredicate, T>(
        TPredicate predicate, Pointer<T> a, Pointer<T> b, Pointer<bool> y, ReadOnlySpan<int> shape, ReadOnlySpan<int> aStrides,
            ReadOnlySpan<int> bStrides)
        where TPredicate : struct, IPredicate
        where T : unmanaged, INumber<T>
    {
        var axes = StridedAxes.Create(shape, aStrides, bStrides);
        if (axes.IsEmpty)
        {
            return;
        }

        int last = axes.Rank - 1;
        int length = last < 0 ? 1 : axes.Size(last);
        nint aStep = last < 0 ? 0 : axes.Left(last), bStep = last < 0 ? 0 : axes.Right(last);
        nint left = 0, right = 0;
        bool* target = y.Address;
        do
        {
            T* x = a.Address + left, z = b.Address + right;
            for (int i = 0; i < length; i++, x += aStep, z += bStep)
            {
                *target++ = predicate.Holds(*x, *z);
            }
        }
        while (axes.Advance(last, ref left, ref right));
    }
}

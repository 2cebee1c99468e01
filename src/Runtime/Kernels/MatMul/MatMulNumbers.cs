using System.Numerics;
using System.Runtime.CompilerServices;

namespace MixPrec.Runtime.Kernels;

public static unsafe partial class MatMul
{
    /// <summary>
    /// The same for doubles and for integers of 32 and 64 bits, where sums are taken modulo the range of the type. Each element of y is
    /// summed in the order of k, whatever
    /// the width of the vectors. The rows of b lie <paramref name="bRow"/> ≥ n elements apart.
    /// </summary>
    /// <inheritdoc cref="F32(int, int, int, Pointer{float}, Pointer{float}, Pointer{float}, ReadOnlySpan{int}, ReadOnlySpan{int}, ReadOnlySpan{int})"/>
    public static void Numbers<T>(
        int m, int n, int k, Pointer<T> a, Pointer<T> b, Pointer<T> y, ReadOnlySpan<int> batchShape, ReadOnlySpan<int> aStrides,
            ReadOnlySpan<int> bStrides, int bRow)
        where T : unmanaged, INumber<T>
    {
        var batch = StridedAxes.Create(batchShape, aStrides, bStrides);
        if (batch.IsEmpty || m == 0 || n == 0)
        {
            return;
        }

        T* result = y.Address;
        nint lhs = 0, rhs = 0;
        do
        {
            for (int row = 0; row < m; row++, result += n)
            {
                Row(a.Address + lhs + ((nint)row * k), b.Address + rhs, result, n, k, bRow);
            }
        }
        while (batch.Advance(batch.Rank, ref lhs, ref rhs));
    }

    /// <summary>y += a[i] · (row i of b), for one i after another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row<T>(T* a, T* b, T* y, int n, int k, int bRow)
        where T : unmanaged, INumber<T>
    {
        new Span<T>(y, n).Clear();
        for (int i = 0; i < k; i++, b += bRow)
        {
            var factor = new Vector<T>(a[i]);
            int column = 0;
            for (; column <= n - Vector<T>.Count; column += Vector<T>.Count)
            {
                (Vector.Load(y + column) + (factor * Vector.Load(b + column))).Store(y + column);
            }

            for (; column < n; column++)
            {
                y[column] += a[i] * b[column];
            }
        }
    }
}

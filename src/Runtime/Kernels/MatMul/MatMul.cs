using System.ComponentModel;
using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <summary>y[…, M, N] = a[…, M, K] · b[…, K, N] for two activations, row-major, unpacked.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class MatMul
{
    /// <summary>
    /// One product for each index of <paramref name="batchShape"/> (empty: one product); a batch stride is in elements, 0 where the operand is broadcast.
    /// y is dense. At most 8 batch dimensions.
    /// </summary>
    public static void F32(
        int m, int n, int k, Pointer<float> a, Pointer<float> b, Pointer<float> y,
        ReadOnlySpan<int> batchShape, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides) =>
        F32(InstructionSets.Preferred, m, n, k, a, b, y, batchShape, aStrides, bStrides, n);

    /// <summary>The same where the rows of b lie <paramref name="bRow"/> ≥ n elements apart.</summary>
    /// <inheritdoc cref="F32(int, int, int, Pointer{float}, Pointer{float}, Pointer{float}, ReadOnlySpan{int}, ReadOnlySpan{int}, ReadOnlySpan{int})"/>
    public static void F32(
        int m, int n, int k, Pointer<float> a, Pointer<float> b, Pointer<float> y,
        ReadOnlySpan<int> batchShape, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides, int bRow) =>
        F32(InstructionSets.Preferred, m, n, k, a, b, y, batchShape, aStrides, bStrides, bRow);

    internal static void F32(
        InstructionSet set, int m, int n, int k, Pointer<float> a, Pointer<float> b, Pointer<float> y,
        ReadOnlySpan<int> batchShape, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides, int bRow)
    {
        if (batchShape.Length > 8)
        {
            throw new ArgumentException("More than 8 batch dimensions.", nameof(batchShape));
        }

        if (m == 0 || n == 0)
        {
            return;
        }

        set = Widths.Within(set, n);
        Span<int> index = stackalloc int[8];
        index.Clear();
        nint products = 1;
        foreach (int size in batchShape)
        {
            products *= size;
        }

        float* lhs = a.Address;
        float* rhs = b.Address;
        for (nint product = 0; product < products; product++)
        {
            Widths.Run(set, new Plain(m, n, k, lhs, rhs, bRow, y.Address + (product * m * n)));
            for (int axis = batchShape.Length - 1; axis >= 0; axis--)
            {
                lhs += aStrides[axis];
                rhs += bStrides[axis];
                if (++index[axis] < batchShape[axis])
                {
                    break;
                }

                index[axis] = 0;
                lhs -= (nint)aStrides[axis] * batchShape[axis];
                rhs -= (nint)bStrides[axis] * batchShape[axis];
            }
        }
    }

    private readonly struct Plain(int m, int n, int k, float* a, float* b, int bRow, float* y) : IVectorCode
    {
        public void Run<V>()
            where V : struct, IVectorF32<V>
        {
            int whole = n - (n % V.Count);
            Columns<V>(0, whole);
            if (whole < n)
            {
                // The last register overlaps the one before; the doubled columns get the same bits twice.
                Columns<V>(n - V.Count, n);
            }
        }

        private void Columns<V>(int begin, int end)
            where V : struct, IVectorF32<V> =>
            Product.Run<V, FloatTile<V, RowMajorF32>, MatrixRows, NoFinish, Identity, StoreF32>(
                new((byte*)b, 64, (nint)bRow * sizeof(float)), new Depth(k), (nint)k * sizeof(float), new((byte*)a, (nint)k * sizeof(float)),
                m, begin, end, default, default, new(new(y), n), 0);
    }
}

using System.ComponentModel;
using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Threads;

namespace MixPrec.Runtime.Kernels;

/// <summary>y[…, M, N] = a[…, M, K] · b[…, K, N] for two activations.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe partial class MatMul
{
    /// <summary>
    /// One product for each index of <paramref name="batchShape"/> (empty: one product); a batch stride is in elements, 0 where the operand
    /// is broadcast.
    /// Operands are row-major, y is dense. At most 8 batch dimensions.
    /// </summary>
    public static void F32(
        int m, int n, int k, Pointer<float> a, Pointer<float> b, Pointer<float> y,
        ReadOnlySpan<int> batchShape, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides) =>
        F32(ChosenTile<RowMajorF32>.Preferred, m, n, k, a, b, y, batchShape, aStrides, bStrides, n);

    /// <summary>The same where the rows of b lie <paramref name="bRow"/> ≥ n elements apart.</summary>
    /// <inheritdoc cref="F32(int, int, int, Pointer{float}, Pointer{float}, Pointer{float}, ReadOnlySpan{int}, ReadOnlySpan{int}, ReadOnlySpan{int})"/>
    public static void F32(
        int m, int n, int k, Pointer<float> a, Pointer<float> b, Pointer<float> y,
        ReadOnlySpan<int> batchShape, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides, int bRow) =>
        F32(ChosenTile<RowMajorF32>.Preferred, m, n, k, a, b, y, batchShape, aStrides, bStrides, bRow);

    internal static void F32(
        TileKernel kernel, int m, int n, int k, Pointer<float> a, Pointer<float> b, Pointer<float> y,
        ReadOnlySpan<int> batchShape, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides, int bRow)
    {
        var batch = StridedAxes.Create(batchShape, aStrides, bStrides);
        if (batch.IsEmpty || m == 0 || n == 0)
        {
            return;
        }

        // Tiles read whole registers, which must lie within a row; what becomes of the sums may take narrower ones.
        var width = VectorWidths.Within(kernel.Width, n);
        if (width != kernel.Width)
        {
            kernel = RowMajorF32.Kernels.Of(width);
        }

        var epilogue = kernel.Epilogue < width ? kernel.Epilogue : width;
        VectorWidths.Run(epilogue, new Plain(kernel, m, n, k, a.Address, b.Address, bRow, y.Address, &batch),
            batch.Outermost, batch.Inner * m * n * k);
    }

    /// <summary>An item is a product, or as many as the first axis of the batch has for each index.</summary>
    private readonly struct Plain(TileKernel kernel, int m, int n, int k, float* a, float* b, int bRow, float* y, StridedAxes* all)
        : ISplitCode
    {
        public void Run<V>(int begin, int end)
            where V : struct, IVectorF32<V>
        {
            nint lhs = 0, rhs = 0;
            var batch = all->Narrow(begin, end, ref lhs, ref rhs);
            float* result = y + (begin * (nint)all->Inner * m * n);
            int register = kernel.RegisterColumns, whole = n - (n % register);
            do
            {
                Columns<V>(a + lhs, b + rhs, result, 0, whole);
                if (whole < n)
                {
                    // The last register overlaps the one before; the doubled columns get the same bits twice.
                    Columns<V>(a + lhs, b + rhs, result, n - register, n);
                }

                result += (nint)m * n;
            }
            while (batch.Advance(batch.Rank, ref lhs, ref rhs));
        }

        private void Columns<V>(float* left, float* right, float* result, int begin, int end)
            where V : struct, IVectorF32<V> =>
            Product.Run<V, MatrixRows, RawSum, Identity, StoreF32>(
                new Tile(kernel, right, PanelLayout.RowBytes, (nint)bRow * sizeof(float)), new Depth(k), (nint)k * sizeof(float),
                    new((byte*)left, (nint)k * sizeof(float)),
                m, begin, end, default, default, new(new(result), n), 0);
    }
}

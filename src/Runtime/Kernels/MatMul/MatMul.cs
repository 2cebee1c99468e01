using System.ComponentModel;
using MixPrec.Runtime.Simd;

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
        var batch = StridedAxes.Of(batchShape, aStrides, bStrides);
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
        float* result = y.Address;
        nint lhs = 0, rhs = 0;
        do
        {
            VectorWidths.Run(epilogue, new Plain(kernel, m, n, k, a.Address + lhs, b.Address + rhs, bRow, result));
            result += (nint)m * n;
        }
        while (batch.Advance(batch.Rank, ref lhs, ref rhs));
    }

    private readonly struct Plain(TileKernel kernel, int m, int n, int k, float* a, float* b, int bRow, float* y) : IVectorCode
    {
        public void Run<V>()
            where V : struct, IVectorF32<V>
        {
            int register = kernel.RegisterColumns, whole = n - (n % register);
            Columns<V>(0, whole);
            if (whole < n)
            {
                // The last register overlaps the one before; the doubled columns get the same bits twice.
                Columns<V>(n - register, n);
            }
        }

        private void Columns<V>(int begin, int end)
            where V : struct, IVectorF32<V> =>
            Product.Run<V, MatrixRows, RawSum, Identity, StoreF32>(
                new Tile(kernel, b, PanelLayout.RowBytes, (nint)bRow * sizeof(float)), new Depth(k), (nint)k * sizeof(float),
                    new((byte*)a, (nint)k * sizeof(float)),
                m, begin, end, default, default, new(new(y), n), 0);
    }
}

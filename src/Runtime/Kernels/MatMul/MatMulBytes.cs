using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <content>Byte operands: y = float(Σ (a − zeroPoint) · b) · scale, the sum exact in 32 bits. a lies in memory quantized, b is quantized
/// panel by panel.</content>
public static unsafe partial class MatMul
{
    /// <summary>Deepest product whose sums cannot leave 32 bits: |Σ a·b| and |zeroPoint · Σ b| ≤ K·255·127, their sum ≤ 2³¹ − 1.</summary>
    public const int MaxByteDepth = int.MaxValue / (2 * 255 * 127);

    /// <summary>
    /// a: rows of ceil4(K) bytes, of which those from K on may hold anything; b: floats at k·bRow + n·bColumn, one of the two being 1, read
    /// as
    /// clamp(rint(b / bScale), -127, 127), NaN as -127. Batches as in F32, those of a counted in bytes. The zero point is a's, in [0, 255];
    /// scale is a's scale times bScale. Room: ceil16(N)·ceil4(K) panel bytes, ceil16(N) compensations.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">K is above <see cref="MaxByteDepth"/>.</exception>
    public static void U8S8(
        int m, int n, int k, Pointer<byte> a, Pointer<float> b, Pointer<float> y, ReadOnlySpan<int> batchShape, ReadOnlySpan<int> aStrides,
            ReadOnlySpan<int> bStrides,
        int bRow, int bColumn, int zeroPoint, float bScale, float scale, Pointer<sbyte> panels, Pointer<int> compensation) =>
        Bytes(ChosenWidths.Elements, ChosenByteTiles.For(Exactness.Any), Exactness.Any, m, n, k, a, b, y, batchShape, aStrides, bStrides,
            bRow, bColumn, zeroPoint, bScale, scale, panels, compensation);

    /// <summary>As U8S8 with every byte of a ≤ 127, which allows faster instructions on some machines.</summary>
    /// <inheritdoc cref="U8S8"/>
    public static void U7S8(
        int m, int n, int k, Pointer<byte> a, Pointer<float> b, Pointer<float> y, ReadOnlySpan<int> batchShape, ReadOnlySpan<int> aStrides,
            ReadOnlySpan<int> bStrides,
        int bRow, int bColumn, int zeroPoint, float bScale, float scale, Pointer<sbyte> panels, Pointer<int> compensation) =>
        Bytes(ChosenWidths.Elements, ChosenByteTiles.For(Exactness.SevenBit), Exactness.SevenBit, m, n, k, a, b, y, batchShape, aStrides,
            bStrides, bRow, bColumn, zeroPoint, bScale, scale, panels, compensation);

    /// <summary>
    /// b is converted with registers of the width <paramref name="packing"/>; the kernel needs no more than is known of a.
    /// </summary>
    internal static void Bytes(
        VectorWidth packing, TileKernel kernel, Exactness known, int m, int n, int k, Pointer<byte> a, Pointer<float> b, Pointer<float> y,
        ReadOnlySpan<int> batchShape, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides,
        int bRow, int bColumn, int zeroPoint, float bScale, float scale, Pointer<sbyte> panels, Pointer<int> compensation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, MaxByteDepth);
        var batch = StridedAxes.Of(batchShape, aStrides, bStrides);
        if (batch.IsEmpty || m == 0 || n == 0)
        {
            return;
        }

        int depth = PanelLayout.PaddedDepth(k);
        var tile = Tile.OfBytes(kernel, known, panels.Address, PanelLayout.ByteGroups(k));
        float* result = y.Address;
        nint lhs = 0, rhs = 0, packed = -1;
        do
        {
            // A right-hand side that the next product shares is packed once.
            if (packed != rhs)
            {
                VectorWidths.Run(packing,
                    new BytePanels(b.Address + rhs, bRow, bColumn, k, n, bScale, zeroPoint, panels.Address, compensation.Address));
                packed = rhs;
            }

            VectorWidths.Run(kernel.Epilogue, new Quantized(tile, m, n, depth, a.Address + lhs, new(compensation.Address, scale), result));
            result += (nint)m * n;
        }
        while (batch.Advance(batch.Rank, ref lhs, ref rhs));
    }

    private readonly struct Quantized(Tile tile, int m, int n, int depth, byte* a, DequantizePerTensor epilogue, float* y) : IVectorCode
    {
        public void Run<V>()
            where V : struct, IVectorF32<V> =>
            Product.Run<V, MatrixRows, DequantizePerTensor, Identity, StoreF32>(
                tile, new Depth(depth), depth, new(a, depth), m, 0, n, epilogue, default, new(new(y), n), 0);
    }
}

using MixPrec.Runtime.Simd;

namespace MixPrec.Runtime.Kernels;

/// <content>Byte operands: y = float(Σ (a − zeroPoint) · b) · scale, the sum exact in 32 bits. a lies in memory as codes, b becomes codes panel by panel.</content>
public static unsafe partial class MatMul
{
    /// <summary>Deepest product whose sums cannot leave 32 bits: |Σ a·b| and |zeroPoint · Σ b| ≤ K·255·127, their sum ≤ 2³¹ − 1.</summary>
    public const int MaxByteDepth = int.MaxValue / (2 * 255 * 127);

    /// <summary>
    /// a: rows of ceil4(K) bytes, of which those from K on may hold anything; b: floats at k·bRow + n·bColumn, one of the two being 1, read as
    /// clamp(rint(b / bScale), -127, 127), NaN as -127. Batches as in F32, those of a counted in bytes. The zero point is a's, in [0, 255]; scale is the step of a's
    /// grid times bScale. Room: ceil16(N)·ceil4(K) panel bytes, ceil16(N) corrections.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">K is above <see cref="MaxByteDepth"/>.</exception>
    public static void U8S8(
        int m, int n, int k, Pointer<byte> a, Pointer<float> b, Pointer<float> y, ReadOnlySpan<int> batchShape, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides,
        int bRow, int bColumn, int zeroPoint, float bScale, float scale, Pointer<sbyte> panels, Pointer<int> correction) =>
        Bytes(InstructionSets.Preferred, ByteKernels.Preferred, 0, m, n, k, a, b, y, batchShape, aStrides, bStrides, bRow, bColumn, zeroPoint, bScale, scale, panels, correction);

    /// <summary>As U8S8 with every byte of a ≤ 127, which allows faster instructions on some machines.</summary>
    /// <inheritdoc cref="U8S8"/>
    public static void U7S8(
        int m, int n, int k, Pointer<byte> a, Pointer<float> b, Pointer<float> y, ReadOnlySpan<int> batchShape, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides,
        int bRow, int bColumn, int zeroPoint, float bScale, float scale, Pointer<sbyte> panels, Pointer<int> correction) =>
        Bytes(InstructionSets.Preferred, ByteKernels.Preferred, 1, m, n, k, a, b, y, batchShape, aStrides, bStrides, bRow, bColumn, zeroPoint, bScale, scale, panels, correction);

    /// <summary>The first set converts b, the second computes the sums; for the block see <see cref="ByteKernels.Run"/>.</summary>
    internal static void Bytes(
        InstructionSet packing, InstructionSet set, int block, int m, int n, int k, Pointer<byte> a, Pointer<float> b, Pointer<float> y,
        ReadOnlySpan<int> batchShape, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides,
        int bRow, int bColumn, int zeroPoint, float bScale, float scale, Pointer<sbyte> panels, Pointer<int> correction)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, MaxByteDepth);
        var batch = StridedAxes.Of(batchShape, aStrides, bStrides);
        if (batch.IsEmpty || m == 0 || n == 0)
        {
            return;
        }

        int depth = PanelLayout.PaddedDepth(k);
        float* result = y.Address;
        nint lhs = 0, rhs = 0, packed = -1;
        do
        {
            // A right-hand side that the next product shares is packed once.
            if (packed != rhs)
            {
                Widths.Run(packing, new BytePanels(b.Address + rhs, bRow, bColumn, k, n, bScale, zeroPoint, panels.Address, correction.Address));
                packed = rhs;
            }

            ByteKernels.Run(set, block, panels.Address, PanelLayout.PanelBytesS8(PanelLayout.ByteGroups(k)), new Codes(m, n, depth, a.Address + lhs, new(correction.Address, scale), result));
            result += (nint)m * n;
        }
        while (batch.Advance(batch.Rank, ref lhs, ref rhs));
    }

    private readonly struct Codes(int m, int n, int depth, byte* a, UniformScaleFinish finish, float* y) : IByteProduct
    {
        public void Run<V, TTile>(TTile tile)
            where V : struct, IVectorF32<V>
            where TTile : struct, ITile =>
            Product.Run<V, TTile, MatrixRows, UniformScaleFinish, Identity, StoreF32>(
                tile, new Depth(depth), depth, new(a, depth), m, 0, n, finish, default, new(new(y), n), 0);
    }
}
